package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.fuzz.Fuzz;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is in a ledger, nothing of another run is named, and none is deleted that has something open. */
class LedgerFuzzTest {
    private static final String RUN = "run";

    @TempDir
    private Path directory;

    /** Things of which every second one does not go. */
    private static final class Things implements Reclaimer {
        private final String kind;
        final Set<String> asked = ConcurrentHashMap.newKeySet();

        Things(String kind) {
            this.kind = kind;
        }

        @Override
        public String kind() {
            return kind;
        }

        @Override
        public Optional<String> find(LeaseRecord lease, Deadline deadline) {
            asked.add(lease.id());
            return stays(lease) ? Optional.of("a thing") : Optional.empty();
        }

        @Override
        public void release(LeaseRecord lease, Deadline deadline) throws LeaseException {
            asked.add(lease.id());
            if (stays(lease)) {
                throw new LeaseException("it does not go");
            }
        }
    }

    private static boolean stays(LeaseRecord lease) {
        return LeaseNames.number(RUN, lease.id()).orElse(0) % 2 == 0;
    }

    @Test
    void anyBytesCanBeReadAsLedger() throws Exception {
        Fuzz.of(
                        LedgerFuzzTest.class,
                        "ledgers",
                        "\n",
                        "\0",
                        "run-2",
                        "run-3",
                        "run-1-1",
                        "other-1",
                        "intend",
                        "have",
                        "gone",
                        "\"kind\":\"local\",",
                        "\"kind\":\"directory\",",
                        "\"torn\":true,",
                        "\"ledger\":1,",
                        "/../")
                .check(input -> {
                    check(input);
                    check(withChecksums(input));
                });
    }

    /** Else nearly every mutation is a damaged line. */
    private static byte[] withChecksums(byte[] ledger) {
        ByteArrayOutputStream repaired = new ByteArrayOutputStream();
        int begin = 0;
        for (int i = 0; i < ledger.length; i++) {
            if (ledger[i] == '\n') {
                byte[] line = Arrays.copyOfRange(ledger, begin, i);
                begin = i + 1;
                byte[] json = line.length > 9 ? Arrays.copyOfRange(line, 9, line.length) : line;
                CRC32C checksum = new CRC32C();
                checksum.update(json);
                repaired.writeBytes(
                        (HexFormat.of().toHexDigits(checksum.getValue(), 8) + " ").getBytes(StandardCharsets.US_ASCII));
                repaired.writeBytes(json);
                repaired.write('\n');
            }
        }
        repaired.write(ledger, begin, ledger.length - begin);
        return repaired.toByteArray();
    }

    private void check(byte[] bytes) throws IOException, InterruptedException {
        LedgerReader ledger = LedgerReader.parse(bytes, RUN);
        assertThat(ledger.leases()).allSatisfy(lease -> {
            assertThat(lease.id()).matches("run-[1-9][0-9]{0,8}");
            assertThat(lease.run()).isEqualTo(RUN);
        });
        assertThat(ledger.leases()).extracting(LeaseRecord::id).doesNotHaveDuplicates();
        assertThat(ledger.owner().map(RunOwner::run).orElse(RUN)).isEqualTo(RUN);
        assertThat(ledger.end()).isLessThanOrEqualTo(bytes.length);

        StateDirectory state = new StateDirectory(directory);
        Path file = Files.write(state.ledger(RUN), bytes);
        List<Things> things = List.of(new Things("local"), new Things("directory"));
        new Reaper(state, List.copyOf(things), Clock.systemUTC()).reap(Reaper.Request.of(RUN, Duration.ZERO), _ -> {});
        for (Things each : things) {
            assertThat(each.asked).allSatisfy(id -> assertThat(id).matches("run-[1-9][0-9]{0,8}"));
        }
        boolean left = ledger.open().stream()
                .anyMatch(lease -> stays(lease)
                        || things.stream().noneMatch(each -> each.kind().equals(lease.kind())));
        if (left || !ledger.damage().lines().isEmpty()) {
            assertThat(file).exists();
            assertThat(Files.readAllBytes(file)).as("nothing of it is lost").startsWith(bytes);
            LedgerReader after = LedgerReader.parse(Files.readAllBytes(file), RUN);
            assertThat(after.damaged()).isEqualTo(ledger.damaged());
        }
    }
}
