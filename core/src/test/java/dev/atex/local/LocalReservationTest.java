package dev.atex.local;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.pool.Reservation;
import dev.atex.provisioner.pool.ReservationContract;
import java.util.Optional;

class LocalReservationTest extends ReservationContract {
    @Override
    protected Reservation create() {
        return new LocalReservation("one", Optional.empty(), LeaseLog.unrecorded(), _ -> {});
    }
}
