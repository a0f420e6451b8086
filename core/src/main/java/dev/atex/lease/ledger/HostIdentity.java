package dev.atex.lease.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which host a ledger was written on: several may share a state directory.
 *
 * @param name of the host, for people
 * @param machine its id, machine-id(5); where there is none, its name
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
            return Optional.empty(); // not this kind of system
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
