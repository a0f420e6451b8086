package dev.atex.provisioner.local;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Reservation;
import dev.atex.provisioner.ReservationContract;
import java.util.Optional;

class LocalReservationTest extends ReservationContract {
    @Override
    protected Reservation create() {
        return new LocalReservation("one", Optional.empty(), LeaseLog.unrecorded(), _ -> {});
    }
}
