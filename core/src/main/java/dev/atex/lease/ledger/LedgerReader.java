package dev.atex.lease.ledger;

import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The content of a ledger, even of an incomplete or damaged one.
 *
 * @param owner the process that wrote it, if the first line can be read
 * @param host the host on which it was written, if the first line contains it
 * @param boot the id of the host's boot in which it was written, if the first line contains it
 * @param program the name of the copied program of its guard, if the first line contains it
 * @param leases all leases, in order
 * @param intended locators of the intents, by kind
 * @param damage the parts that could not be read
 * @param end offset of the end of the last complete line
 * @param isEnded whether that is the end of the file
 */
record LedgerReader(
        Optional<RunOwner> owner,
        Optional<HostIdentity> host,
        Optional<String> boot,
        Optional<String> program,
        List<LeaseRecord> leases,
        Map<String, Set<Map<String, String>>> intended,
        Damage damage,
        long end,
        boolean isEnded) {

    /** The key of a record that a reaper writes after an incomplete line. */
    static final String TORN = "torn";

    /**
     * The parts of a ledger that could not be read.
     *
     * @param lines numbers, from 1, of the lines that are complete and damaged: each had been on disk
     * @param torn an incomplete line at the end of the file: usually a record that was being written, whose resource does not
     *     exist yet
     * @param bytes length of all of it
     */
    record Damage(List<Integer> lines, Optional<String> torn, long bytes) {
        boolean isNone() {
            return lines.isEmpty() && torn.isEmpty();
        }
    }

    static LedgerReader read(Path path, String run) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(path + " is not a regular file");
        }
        return parse(Files.readAllBytes(path), run);
    }

    /** Calls {@link #read}; empty if the ledger is gone. */
    static Optional<LedgerReader> readIfThere(Path path, String run) throws IOException {
        try {
            return Optional.of(read(path, run));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    static LedgerReader parse(byte[] bytes, String run) {
        return new Parsing(run).parse(bytes);
    }

    /** Returns how many complete lines could not be read. */
    int damaged() {
        return damage.lines().size();
    }

    List<LeaseRecord> open() {
        return leases.stream().filter(lease -> lease.state() != LeaseState.GONE).toList();
    }

    /** The content that was read so far. */
    private static final class Parsing {
        private final String run;
        private final Map<String, LeaseRecord> leases = new LinkedHashMap<>();
        private final Map<String, Set<Map<String, String>>> intended = new LinkedHashMap<>();
        private final List<Integer> damaged = new ArrayList<>();
        private Optional<RunOwner> owner = Optional.empty();
        private Optional<HostIdentity> host = Optional.empty();
        private Optional<String> boot = Optional.empty();
        private Optional<String> program = Optional.empty();
        private Optional<String> torn = Optional.empty();
        private long unread;
        private String last = "";

        Parsing(String run) {
            this.run = run;
        }

        LedgerReader parse(byte[] bytes) {
            int number = 0;
            int end = 0;
            int begin = 0;
            for (int i = 0; i < bytes.length; i++) {
                if (bytes[i] != '\n') {
                    continue;
                }
                number++;
                byte[] line = Arrays.copyOfRange(bytes, begin, i);
                begin = i + 1;
                if (take(line, number)) {
                    end = begin;
                } else {
                    damaged.add(number);
                    unread += line.length;
                    last = text(line);
                }
            }
            if (begin < bytes.length) {
                byte[] rest = Arrays.copyOfRange(bytes, begin, bytes.length);
                if (!take(rest, number + 1)) { // otherwise only its newline is missing
                    torn = Optional.of(text(rest));
                    unread += rest.length;
                }
            }
            return new LedgerReader(
                    owner,
                    host,
                    boot,
                    program,
                    List.copyOf(leases.values()),
                    intended,
                    new Damage(List.copyOf(damaged), torn, unread),
                    end,
                    begin == bytes.length);
        }

        private static String text(byte[] line) {
            return new String(line, StandardCharsets.UTF_8);
        }

        /** Returns false if the line is not a record of this run. */
        private boolean take(byte[] line, int number) {
            Optional<Map<String, Object>> decoded = LedgerLine.decode(line);
            if (decoded.isEmpty()) {
                return false;
            }
            Map<String, Object> record = decoded.get();
            if (record.containsKey("ledger")) {
                owner = owner(record).filter(each -> each.run().equals(run));
                host = HostIdentity.readFrom(record);
                boot = Optional.of(LedgerReader.text(record, Boot.KEY)).filter(id -> !id.isEmpty());
                program =
                        Optional.of(LedgerReader.text(record, GuardProgram.KEY)).filter(id -> !id.isEmpty());
                return true;
            }
            if (record.containsKey(TORN)) {
                if (!damaged.isEmpty() && damaged.getLast() == number - 1) {
                    damaged.removeLast();
                    torn = Optional.of(last);
                }
                return true;
            }
            return apply(record);
        }

        private boolean apply(Map<String, Object> record) {
            String id = LedgerReader.text(record, "lease");
            if (LeaseNames.number(run, id).isEmpty()) {
                return false;
            }
            String word = LedgerReader.text(record, "state");
            LeaseRecord before = leases.get(id);
            Map<String, String> locator = new HashMap<>(before == null ? Map.of() : before.locator());
            if (record.get("locator") instanceof Map<?, ?> more) {
                more.forEach((key, value) -> locator.put(String.valueOf(key), String.valueOf(value)));
            }
            String kind = before == null ? LedgerReader.text(record, "kind") : before.kind();
            Instant since = before == null ? instant(LedgerReader.text(record, "at")) : before.since();
            LeaseState state = state(word);
            if (state == LeaseState.INTEND) {
                intended.computeIfAbsent(kind, _ -> new LinkedHashSet<>()).add(Map.copyOf(locator));
            }
            if (state == LeaseState.RELEASING && before != null && before.state() == LeaseState.INTEND) {
                state = LeaseState.INTEND; // no record says that it was created
            }
            leases.put(id, new LeaseRecord(id, run, kind, locator, state, since));
            return true;
        }
    }

    private static LeaseState state(String word) {
        return Arrays.stream(LeaseState.values())
                .filter(each -> each.word().equals(word))
                .findFirst()
                .orElse(LeaseState.HAVE); // of a later version: it may exist
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
