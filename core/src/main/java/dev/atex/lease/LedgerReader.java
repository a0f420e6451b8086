package dev.atex.lease;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a ledger says, whoever wrote it and however that ended. A last line that is torn says nothing; so does a damaged
 * one in the middle, which is counted.
 *
 * @param owner who wrote it, if the first line can be read
 * @param host where, if the first line says so
 * @param leases all of them, in the order in which they were taken
 * @param damaged how many lines in the middle could not be read
 * @param end where the last whole line ends, in bytes
 */
record LedgerReader(
        Optional<RunOwner> owner, Optional<HostIdentity> host, List<LeaseRecord> leases, int damaged, long end) {

    static LedgerReader read(Path path, String run) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        Map<String, LeaseRecord> leases = new LinkedHashMap<>();
        Optional<RunOwner> owner = Optional.empty();
        Optional<HostIdentity> host = Optional.empty();
        int damaged = 0;
        int unread = 0;
        int end = 0;
        int begin = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            Optional<Map<String, Object>> record = LedgerLine.decode(Arrays.copyOfRange(bytes, begin, i));
            begin = i + 1;
            if (record.isEmpty()) {
                unread++;
                continue;
            }
            damaged += unread; // a whole line after them: they were not the torn end
            unread = 0;
            end = begin;
            if (record.get().containsKey("ledger")) {
                owner = owner(record.get());
                host = HostIdentity.readFrom(record.get());
            } else {
                apply(record.get(), run, leases);
            }
        }
        return new LedgerReader(owner, host, List.copyOf(leases.values()), damaged, end);
    }

    List<LeaseRecord> open() {
        return leases.stream().filter(lease -> lease.state() != LeaseState.GONE).toList();
    }

    private static Optional<RunOwner> owner(Map<String, Object> record) {
        try {
            return Optional.of(new RunOwner(
                    text(record, "run"),
                    Long.parseLong(String.valueOf(record.get("pid"))),
                    Instant.parse(text(record, "started")),
                    Path.of(text(record, "directory"))));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty(); // of a later version
        }
    }

    private static void apply(Map<String, Object> record, String run, Map<String, LeaseRecord> leases) {
        String id = text(record, "lease");
        String word = text(record, "state");
        LeaseRecord before = leases.get(id);
        Map<String, String> locator = new HashMap<>(before == null ? Map.of() : before.locator());
        if (record.get("locator") instanceof Map<?, ?> more) {
            more.forEach((key, value) -> locator.put(String.valueOf(key), String.valueOf(value)));
        }
        LeaseState state = Arrays.stream(LeaseState.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(LeaseState.HAVE); // of a later version: it may be there
        String kind = before == null ? text(record, "kind") : before.kind();
        Instant since = before == null ? instant(text(record, "at")) : before.since();
        leases.put(id, new LeaseRecord(id, run, kind, locator, state, since));
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    private static String text(Map<String, Object> record, String key) {
        Object value = record.get(key);
        return value == null ? "" : value.toString();
    }
}
