package dev.atex.lease.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The host on which a ledger was written: several hosts may share a state directory.
 *
 * @param name name of the host, for messages
 * @param machine its machine-id(5), or its name if there is none
 */
record HostIdentity(String name, String machine) {
    private static final String NAME = "host";
    private static final String MACHINE = "machine";

    static HostIdentity current() {
        String name = text("/proc/sys/kernel/hostname").orElse("unknown");
        return new HostIdentity(name, text("/etc/machine-id").orElse(name));
    }

    private static Optional<String> text(String file) {
        try {
            String text =
                    Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? Optional.empty() : Optional.of(text);
        } catch (IOException e) {
            return Optional.empty(); // not Linux
        }
    }

    void writeTo(Map<String, Object> record) {
        record.put(NAME, name);
        record.put(MACHINE, machine);
    }

    static Optional<HostIdentity> readFrom(Map<String, Object> record) {
        return record.get(NAME) instanceof String name && record.get(MACHINE) instanceof String machine
                ? Optional.of(new HostIdentity(name, machine))
                : Optional.empty();
    }

    boolean isSameAs(HostIdentity other) {
        return machine.equals(other.machine());
    }
}
