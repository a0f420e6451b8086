package dev.atex.testingfarm;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.pool.Reservation;
import dev.atex.provisioner.pool.ReservationContract;
import dev.atex.testingfarm.options.FarmSettings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("slow")
class FarmReservationContractTest extends ReservationContract {
    private static Farm farm;
    private static RentedMachines machines;

    @BeforeAll
    static void up() throws Exception {
        farm = Farm.up(1).withKey();
        machines = new RentedMachines(
                FarmSettings.of(ProvisionerSpec.parse(
                        "testingfarm,compose=Fedora-42,poll=50ms,retry-pause=20ms,settle=200ms,key=" + farm.key())),
                farm.service().endpoints(),
                new ProvisionerContext("test", LeaseLog.unrecorded()));
        machines.start();
    }

    @AfterAll
    static void down() throws Exception {
        if (machines != null) {
            machines.stop();
        }
        if (farm != null) {
            farm.close();
        }
    }

    @Override
    protected Reservation create() {
        return new FarmReservation(machines, 0, "one");
    }

    @AfterEach
    void nothingIsRented() throws Exception {
        farm.service().assertClean("after the test");
    }
}
