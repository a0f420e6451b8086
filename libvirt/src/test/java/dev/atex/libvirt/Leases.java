package dev.atex.libvirt;

import dev.atex.lease.Lease;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A log of leases in memory. */
final class Leases implements LeaseLog {
    private final List<Entry> entries = new CopyOnWriteArrayList<>();

    private static final class Entry implements Lease {
        private final Lease lease;
        private final String kind;
        private final Map<String, String> locator;
        private volatile LeaseState state = LeaseState.INTEND;

        private Entry(Lease lease, String kind, Map<String, String> locator) {
            this.lease = lease;
            this.kind = kind;
            this.locator = new HashMap<>(locator);
        }

        @Override
        public String id() {
            return lease.id();
        }

        @Override
        public synchronized void have(Map<String, String> more) {
            locator.putAll(more);
            state = LeaseState.HAVE;
        }

        @Override
        public void releasing() {
            state = LeaseState.RELEASING;
        }

        @Override
        public void gone() {
            state = LeaseState.GONE;
        }

        private synchronized LeaseRecord record() {
            return new LeaseRecord(id(), "run-of-test", kind, locator, state, Instant.now());
        }
    }

    @Override
    public Lease intend(String kind, Map<String, String> locator) {
        try {
            Entry entry = new Entry(LeaseLog.unrecorded().intend(kind, locator), kind, locator);
            entries.add(entry);
            return entry;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the last lease of a machine. */
    LeaseRecord machine() {
        return machines().getLast();
    }

    /** Returns the leases of machines. */
    List<LeaseRecord> machines() {
        List<LeaseRecord> found = new ArrayList<>();
        for (Entry entry : entries) {
            if (entry.kind.equals(VirtReclaimer.KIND)) {
                found.add(entry.record());
            }
        }
        return found;
    }

    /** Returns the states of all leases. */
    List<LeaseState> states() {
        return entries.stream().map(entry -> entry.state).toList();
    }

    /** Ends all leases. */
    void goneAll() {
        entries.forEach(Entry::gone);
    }

    ProvisionerContext context(Path... records) {
        return new ProvisionerContext(
                "run-of-test", this, _ -> {}, records.length == 0 ? Optional.empty() : Optional.of(records[0]));
    }

    Provisioner provisioner(String spec, Path... records) throws Exception {
        return new VirtProvisionerFactory().create(ProvisionerSpec.parse(spec), context(records));
    }
}
