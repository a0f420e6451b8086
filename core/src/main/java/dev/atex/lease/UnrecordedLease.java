package dev.atex.lease;

import java.util.Map;
import java.util.UUID;

/** A lease that is not recorded. */
record UnrecordedLease(String id) implements Lease {
    static final LeaseLog LOG = (_, _) -> new UnrecordedLease(UUID.randomUUID().toString());

    @Override
    public void have(Map<String, String> locator) {}

    @Override
    public void releasing() {}

    @Override
    public void gone() {}
}
