package dev.atex.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class GuardTest {
    @TempDir
    private Path directory;

    /** A process with a guard, in which nothing is taken before that has answered. */
    private final class Run implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;

        Run(Map<String, String> environment) throws IOException {
            ProcessBuilder builder = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                            GuardTest.class.getName(),
                            directory.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putAll(environment);
            process = builder.start();
            out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        String line() throws IOException {
            return String.valueOf(out.readLine());
        }

        @Override
        public void close() throws Exception {
            process.getOutputStream().close();
            process.waitFor();
        }
    }

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        StateDirectory state = new StateDirectory(directory);
        Ledger ledger = Ledger.create(state, RunOwner.current("run", directory));
        Guard guard = Guard.start(state, "run");
        String said = "pid " + guard.pid();
        try {
            guard.before(ledger).intend("thing", Map.of()).gone();
        } catch (LeaseException e) {
            said = String.valueOf(e.getMessage());
        }
        said += ", taken: "
                + LedgerReader.read(state.ledger("run"), "run").leases().size();
        System.out.println(said);
        int _ = System.in.read();
        ledger.close();
        if (said.startsWith("pid")) {
            guard.close();
        }
    }

    /** What is in it when it ends is killed by CI systems at the end of a job that was cancelled. */
    @Test
    void itHasNoneOfTheMarksOfAJob() throws Exception {
        List<String> marks = List.of(
                "RUNNER_TRACKING_ID",
                "JENKINS_NODE_COOKIE",
                "JENKINS_SERVER_COOKIE",
                "HUDSON_COOKIE",
                "HUDSON_SERVER_COOKIE",
                "BUILD_ID");
        Map<String, String> environment = new java.util.HashMap<>(Map.of("GUARD_TEST", "kept"));
        marks.forEach(mark -> environment.put(mark, "job"));
        try (Run run = new Run(environment)) {
            String line = run.line();
            assertThat(line).matches("pid [0-9]+, taken: 1");
            Path process = Path.of("/proc", line.replaceAll("[^0-9]*([0-9]+),.*", "$1"));
            assertThat(process.resolve("cmdline")).content().contains("atex-guard");
            List<String> names = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1)
                    .lines()
                    .flatMap(text -> List.of(text.split("\0")).stream())
                    .map(variable -> variable.replaceAll("=.*", ""))
                    .toList();
            assertThat(names).contains("GUARD_TEST").doesNotContainAnyElementsOf(marks);
        }
    }

    @Test
    void nothingIsTakenBeforeItHasAnswered() throws Exception {
        Path programs = Files.createDirectory(directory.resolve("programs"));
        Path setsid = Files.writeString(programs.resolve("setsid"), "#!/bin/sh\necho no\n");
        Files.setPosixFilePermissions(setsid, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Run run = new Run(Map.of("PATH", programs + ":" + System.getenv("PATH")))) {
            assertThat(run.line()).isEqualTo("the guard of the run does not work: no, taken: 0");
        }
    }
}
