package dev.atex.executor.fmf.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.fuzz.Fuzz;
import dev.atex.internal.files.Trees;
import dev.atex.internal.json.RandomJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Streams that hostile and broken tests may send, from seeds. Whatever comes: the outcome is one of the documented kinds,
 * the artifacts are whole, can be read, stay within the limits and within their directory. {@code -Datex.fuzz.seeds=N}
 * tries more of the
 * streams that are made, {@code -Datex.fuzz.seconds=N} of those that are mutated.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS)
class ControlFuzzTest {
    private static final int SEEDS = Integer.getInteger("atex.fuzz.seeds", 1_500);

    private static final ControlLimits LIMITS = new ControlLimits(20_000, 50, 60_000, 8_000, 30, 50_000, 10);

    private static final String[] NAMES = {
        "sub",
        "sub/test",
        "..",
        "../..",
        "/etc/passwd",
        "",
        ".",
        "a/../../b",
        "output.txt",
        "x".repeat(300),
        "a/".repeat(80) + "deep",
        "nul\0",
        "new\nline",
        "\ud800",
        "~1",
        "results",
        "../results",
        "a//b/./c"
    };

    private static final String[] ODD_LINES = {
        "",
        " ",
        "result",
        "result ",
        "result -1",
        "result +1",
        "result 007",
        "result 1 2",
        "result 99999999999999999999999",
        "result 2147483647",
        "exitcode",
        "exitcode 256",
        "exitcode -1",
        "exitcode 1",
        "exitcode 00",
        "duration",
        "duration save",
        "duration restore",
        "duration +5",
        "duration 10m",
        "duration 1y",
        "disconnect",
        "disconnect now",
        "noop",
        "noop noop",
        "RESULT 2",
        "result\t2",
        "unknown",
        "result 2\r"
    };

    private static final String[] ODD_JSON = {
        "null",
        "[]",
        "1",
        "\"\"",
        "{",
        "{}{}",
        "{} x",
        "{\"a\":NaN}",
        "{\"a\":Infinity}",
        "{\"a\":1e999999999}",
        "{\"a\":01}",
        "{a:1}",
        "{\"a\":1,}",
        "{'a':1}",
        "{\"name\":1}",
        "{\"name\":\"\"}",
        "{\"name\":null}",
        "{\"testout\":\"\"}",
        "{\"testout\":\"..\"}",
        "{\"testout\":5}",
        "{\"files\":{}}",
        "{\"files\":[1]}",
        "{\"files\":[{\"name\":\"a\"}]}",
        "{\"files\":[{\"length\":1}]}",
        "{\"files\":[{\"name\":\"a\",\"length\":-1}]}",
        "{\"files\":[{\"name\":\"a\",\"length\":1.0}]}",
        "{\"files\":[{\"name\":\"a\",\"length\":1e3}]}",
        "{\"files\":[{\"name\":\"a\",\"length\":99999999999999999999}]}",
        "{\"partial\":1}",
        "{\"status\":\"\ud83d\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":1,\"a\":2}",
        "{\"files\":null}",
        "{\"files\":null,\"partial\":true}"
    };

    @TempDir
    Path temp;

    @Test
    void randomStreamsEndInKnownWays() throws Exception {
        int ended = 0;
        int control = 0;
        int json = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                switch (new Trial(seed).run()) {
                    case "ended" -> ended++;
                    case "BadControlError" -> control++;
                    case "BadReportJSONError" -> json++;
                    default -> fail("an outcome that is not documented");
                }
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
        // Else the streams would be too tame, or so wild that nothing gets through.
        assertThat(List.of(ended, control, json)).allMatch(count -> count > SEEDS / 20);
    }

    @Test
    void mutatedCorpusEndsInKnownWays() throws Exception {
        AtomicLong count = new AtomicLong();
        Fuzz.of(
                        ControlFuzzTest.class,
                        "control",
                        "result 2\n{}",
                        "result ",
                        "exitcode 0\n",
                        "duration +5\n",
                        "disconnect\n",
                        "noop\n",
                        "\"name\":",
                        "\"files\":[{\"name\":\"a\",\"length\":1}]",
                        "\"partial\":true",
                        "\"testout\":",
                        "\"../x\"",
                        "\\u0000",
                        "\\ud800",
                        "null",
                        "\n")
                .check(input -> {
                    Trial trial = new Trial(count.incrementAndGet(), input);
                    assertThat(trial.run()).isIn("ended", "BadControlError", "BadReportJSONError");
                    Trees.delete(trial.directory);
                });
    }

    /** One stream, perhaps in parts, and what became of it. */
    private final class Trial {
        private final Random random;
        private final Path directory;
        private final TestArtifacts artifacts;

        private final byte[] given;

        Trial(long seed) throws IOException {
            this(seed, null);
        }

        /** With this stream, each time that the test is connected to. */
        Trial(long seed, byte[] given) throws IOException {
            this.given = given;
            random = new Random(seed);
            directory = Files.createDirectory(temp.resolve("seed" + seed));
            artifacts = TestArtifacts.in(directory.resolve("artifacts"));
        }

        String run() throws Exception {
            Path output = Files.writeString(directory.resolve("output"), "printed\n");
            String outcome = "ended";
            boolean own;
            try (TestReport report = new TestReport(artifacts, output, LIMITS)) {
                try {
                    readAll(report);
                    own = report.hasOwnResult();
                    report.ended(0);
                } catch (TestAbortedException e) {
                    own = report.hasOwnResult();
                    outcome = abort(report, e);
                }
            }
            check(own, outcome);
            return outcome;
        }

        private String abort(TestReport report, TestAbortedException why) {
            try {
                report.aborted(why);
                return fail("aborted must throw");
            } catch (TestAbortedException e) {
                assertThat(e).isSameAs(why);
                String kind = why.note().substring(0, why.note().indexOf('('));
                assertThat(why.note()).matches("\\w+\\(\\p{Print}+\\)").hasSizeLessThan(600);
                return kind;
            }
        }

        private void readAll(TestReport report) throws Exception {
            DurationClock clock = new DurationClock(Duration.ofMinutes(5), 0);
            ControlEnd end = new ControlEnd.Disconnect();
            for (int restarts = 0; end instanceof ControlEnd.Disconnect && restarts < 3; restarts++) {
                end = new ControlStream(
                                Streams.inPieces(stream(), random), report, word -> clock.apply(word, random.nextInt()))
                        .read();
            }
        }

        private byte[] stream() {
            if (given != null) {
                return given;
            }
            List<byte[]> parts = new ArrayList<>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                parts.add(part());
            }
            byte[] whole = Streams.join(parts);
            return switch (random.nextInt(8)) {
                case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length + 1));
                case 1 -> flipped(whole);
                default -> whole;
            };
        }

        private byte[] flipped(byte[] bytes) {
            for (int i = random.nextInt(5); i >= 0 && bytes.length > 0; i--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            }
            return bytes;
        }

        private byte[] part() {
            return switch (random.nextInt(40)) {
                case 0 -> Streams.ascii(ODD_LINES[random.nextInt(ODD_LINES.length)] + "\n");
                case 1 ->
                    Streams.result(ODD_JSON[random.nextInt(ODD_JSON.length)].getBytes(
                            java.nio.charset.StandardCharsets.UTF_8));
                case 2 -> noise(random.nextInt(6_000));
                case 3 -> Streams.result(noise(random.nextInt(300)));
                case 4 -> deep(random.nextInt(200));
                case 5 -> Streams.ascii("noop\nduration +1\n");
                default -> report();
            };
        }

        private byte[] noise(int length) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }

        private byte[] deep(int depth) {
            return Streams.result(Streams.ascii("{\"d\":" + "[".repeat(depth) + "]".repeat(depth) + "}"));
        }

        private String name() {
            return NAMES[random.nextInt(random.nextInt(4) == 0 ? NAMES.length : 2)];
        }

        private byte[] report() {
            Map<String, Object> result = RandomJson.object(random, 2);
            result.keySet().removeAll(List.of("name", "files", "testout", "partial"));
            if (random.nextInt(5) > 0) {
                result.put("name", name());
            }
            if (random.nextInt(3) == 0) {
                result.put("partial", random.nextInt(4) > 0);
            }
            if (random.nextInt(12) == 0) {
                result.put("testout", name());
            }
            List<Object> files = new ArrayList<>();
            int bytes = 0;
            for (int i = random.nextInt(6) - 3; i > 0; i--) {
                int length = random.nextInt(10) == 0 ? random.nextInt(4_000) : random.nextInt(50);
                bytes += length;
                files.add(file(name(), length));
            }
            if (!files.isEmpty()) {
                result.put("files", files);
            }
            return Streams.join(List.of(Streams.result(result), noise(bytes)));
        }

        private Map<String, Object> file(String name, int length) {
            Map<String, Object> file = new LinkedHashMap<>();
            file.put("name", name);
            file.put("length", length);
            return file;
        }

        private void check(boolean own, String outcome) throws IOException {
            assertThat(directory.toFile().list()).containsExactlyInAnyOrder("artifacts", "output");
            assertThat(artifacts.directory().toFile().list()).allMatch(List.of("results", "files")::contains);
            List<Map<String, Object>> stored = Streams.stored(artifacts);
            List<Map<String, Object>> ofTest = stored.stream()
                    .filter(result -> !result.containsKey("name"))
                    .toList();
            assertThat(ofTest).isNotEmpty();
            if (!own) {
                assertThat(ofTest).hasSize(1);
                if (!outcome.equals("ended")) {
                    assertThat(ofTest.getFirst()).containsEntry("status", "infra");
                    assertThat((String) ofTest.getFirst().get("note")).startsWith(outcome + "(");
                }
            }
            for (Map<String, Object> result : stored) {
                assertThat(result).doesNotContainKeys("partial", "testout");
                if (result.get("files") instanceof List<?> files) {
                    for (Object file : files) {
                        assertThat(artifacts.files().find((String) result.get("name"), (String) file))
                                .as("file '%s' of %s", file, result)
                                .isPresent();
                    }
                }
            }
            checkTree();
        }

        private void checkTree() throws IOException {
            long bytes = 0;
            int files = 0;
            try (Stream<Path> all = Files.walk(artifacts.directory())) {
                for (Path path : all.toList()) {
                    assertThat(Files.isSymbolicLink(path)).isFalse();
                    if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && !path.endsWith("results")) {
                        files++;
                        bytes += Files.size(path);
                    }
                }
            }
            assertThat(files).isLessThanOrEqualTo((int) LIMITS.maxFiles() + 1);
            assertThat(bytes)
                    .isLessThanOrEqualTo(LIMITS.maxUploadBytes() + (LIMITS.maxFiles() + 1) * "printed\n".length());
            assertThat(Files.size(artifacts.resultsFile())).isLessThan(4 * LIMITS.maxResultBytes());
        }
    }
}
