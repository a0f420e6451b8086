package dev.atex.lease.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.Trees;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@Tag("slow")
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

    /** Things that a service has which answers when there is a file. */
    public static final class Service implements Reclaimer {
        /** For {@link java.util.ServiceLoader}. */
        public Service() {}

        @Override
        public String kind() {
            return "service";
        }

        @Override
        public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException {
            if (!Files.exists(Path.of(lease.locator("answers")))) {
                throw new LeaseException("the service does not answer");
            }
            return Optional.of("a thing");
        }

        @Override
        public void release(LeaseRecord lease, Deadline deadline) {}
    }

    /** A run that is killed, and what became of its guard. */
    private final class Killed implements AutoCloseable {
        final Path answers = directory.resolve("answers");
        final StateDirectory state = new StateDirectory(directory);
        final ProcessHandle guard;

        Killed(String kind, String limit, Path... classPath) throws Exception {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp"));
            Path services = Files.createDirectories(directory.resolve("services/META-INF/services"));
            Files.writeString(services.resolve(Reclaimer.class.getName()), Service.class.getName() + "\n");
            command.add((classPath.length > 0 ? classPath[0] + "/*" : testClassPath())
                    + File.pathSeparator
                    + directory.resolve("services"));
            command.addAll(List.of(GuardTest.class.getName(), directory.toString(), kind, answers.toString(), limit));
            Process run = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String line = run.inputReader().readLine();
            assertThat(line).matches("pid [0-9]+, taken: 1");
            guard = ProcessHandle.of(Long.parseLong(line.replaceAll("[^0-9]*([0-9]+),.*", "$1")))
                    .orElseThrow();
            for (Path each : classPath) {
                Trees.delete(each);
            }
            run.destroyForcibly().waitFor();
        }

        String log() throws IOException {
            return Files.exists(state.reapLog()) ? Files.readString(state.reapLog()) : "";
        }

        void awaitTries(int count) throws Exception {
            while (log().split("does not answer", -1).length <= count) {
                assertThat(guard.isAlive()).as(log()).isTrue();
                Thread.sleep(20);
            }
        }

        void awaitEnd() throws Exception {
            guard.onExit().get(1, TimeUnit.MINUTES);
        }

        @Override
        public void close() {
            guard.descendants().forEach(ProcessHandle::destroyForcibly);
            guard.destroyForcibly();
        }
    }

    private static String testClassPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    @Test
    void guardRetriesWhileServiceDoesNotAnswer() throws Exception {
        try (Killed killed = new Killed("service", "3600")) {
            killed.awaitTries(2);
            assertThat(killed.guard.info().command().orElseThrow()).doesNotContain("java");
            Files.createFile(killed.answers);
            killed.awaitEnd();
            assertThat(killed.log()).contains("Left", "Freed");
            assertThat(killed.state.runs()).isEmpty();
        }
    }

    @Test
    void guardEndsWhenOthersFreedEverything() throws Exception {
        try (Killed killed = new Killed("service", "3600")) {
            killed.awaitTries(1);
            Files.createFile(killed.answers);
            List<Reaped> reaped = new ArrayList<>();
            new Reaper(killed.state, List.of(new Service()), Clock.systemUTC())
                    .reap(Reaper.Request.of("run", Duration.ofMinutes(1)), reaped::add);
            killed.awaitEnd();
            assertThat(killed.state.runs()).isEmpty();
        }
    }

    /** It has another inode: the guard of that run is another one, too. */
    @Test
    void guardEndsWhenRunIsResumed() throws Exception {
        try (Killed killed = new Killed("service", "3600")) {
            killed.awaitTries(1);
            try (OwnerLock _ = OwnerLock.take(killed.state.locks(), "run", Deadline.never())
                    .orElseThrow()) { // between two tries
                Files.delete(killed.state.ledger("run"));
            }
            try (Ledger _ = Ledger.create(killed.state, RunOwner.current("run", directory))) {
                killed.awaitEnd();
                assertThat(killed.state.ledger("run")).exists();
            }
        }
    }

    @Test
    void guardGivesUpAfterItsLimit() throws Exception {
        try (Killed killed = new Killed("service", "1")) {
            killed.awaitEnd();
            assertThat(killed.log())
                    .contains("gave up after 1 s", killed.state.ledger("run").toString());
            assertThat(killed.state.runs()).containsExactly("run");
        }
    }

    /** Somebody has to look; no try would change that. */
    @Test
    void guardDoesNotRetryHopelessLeases() throws Exception {
        Path ledger = new StateDirectory(directory).ledger("run");
        try (Killed killed = new Killed("damaged", "3600")) {
            killed.awaitEnd();
            assertThat(killed.log()).contains("line 2 of " + ledger + " is damaged");
            assertThat(ledger).exists();
        }
    }

    /** As a build does with what was built before. */
    @Test
    void guardWorksAfterItsJarsWereDeleted() throws Exception {
        Path built = Files.createDirectory(directory.resolve("built"));
        int number = 0;
        for (String entry : testClassPath().split(File.pathSeparator)) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path)) {
                jar(path, built.resolve(number++ + ".jar"));
            } else if (Files.exists(path)) {
                Files.copy(path, built.resolve(number++ + ".jar"));
            }
        }
        Files.createFile(directory.resolve("answers"));
        try (Killed killed = new Killed("service", "3600", built)) {
            killed.awaitEnd();
            assertThat(killed.log()).contains("Freed");
            assertThat(killed.state.runs()).isEmpty();
        }
        assertThat(built).doesNotExist();
    }

    private static void jar(Path classes, Path jar) throws Exception {
        assertThat(new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jar")
                                        .toString(),
                                "--create",
                                "--no-manifest",
                                "--no-compress",
                                "--file",
                                jar.toString(),
                                "-C",
                                classes.toString(),
                                ".")
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
    }

    @Test
    void oldUnusedProgramsAreDeleted() throws Exception {
        StateDirectory state = new StateDirectory(directory);
        Path jar = Files.writeString(directory.resolve("a.jar"), "first");
        GuardProgram first = GuardProgram.of(state, List.of(jar.toString()));
        first.keep();
        Files.writeString(jar, "second, longer");
        GuardProgram second = GuardProgram.of(state, List.of(jar.toString()));
        second.keep();
        assertThat(second.name()).isNotEqualTo(first.name());
        assertThat(Path.of(first.path(jar.toString(), true))).hasContent("first");
        assertThat(Path.of(second.path(jar.toString(), true))).hasContent("second, longer");
        Path used = state.programs().resolve(first.name().orElseThrow());
        Path unused = state.programs().resolve(second.name().orElseThrow());
        Files.write(
                state.ledger("run"),
                LedgerLine.encode(
                        Map.of("ledger", 1L, GuardProgram.KEY, first.name().orElseThrow())));
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(2)));
        Files.setLastModifiedTime(used, old);
        Files.setLastModifiedTime(unused, old);
        Files.writeString(jar, "third and longest");
        GuardProgram.of(state, List.of(jar.toString())).keep();
        assertThat(used).exists();
        assertThat(unused).doesNotExist();
        assertThat(state.programs()).isDirectoryContaining(each -> !each.equals(used));
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 1) {
            beKilled(arguments);
            return;
        }
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

    private static void beKilled(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        StateDirectory state = new StateDirectory(directory);
        Ledger ledger = Ledger.create(state, RunOwner.current("run", directory));
        Guard guard = Guard.start(state, "run", Duration.ofSeconds(Long.parseLong(arguments[3])));
        Lease _ = guard.before(ledger).intend("service", Map.of("answers", arguments[2]));
        if (arguments[1].equals("damaged")) {
            byte[] bytes = Files.readAllBytes(state.ledger("run"));
            bytes[bytes.length - 5] ^= 1;
            Files.write(state.ledger("run"), bytes, StandardOpenOption.WRITE);
        }
        System.out.println("pid " + guard.pid() + ", taken: 1");
        int _ = System.in.read();
    }

    /** What is in it when it ends is killed by CI systems at the end of a job that was cancelled. */
    @Test
    void guardHasNoVariablesOfCiJobs() throws Exception {
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
    void noLeaseIsTakenBeforeGuardIsReady() throws Exception {
        Path programs = Files.createDirectory(directory.resolve("programs"));
        Path setsid = Files.writeString(programs.resolve("setsid"), "#!/bin/sh\necho no\n");
        Files.setPosixFilePermissions(setsid, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (Run run = new Run(Map.of("PATH", programs + ":" + System.getenv("PATH")))) {
            assertThat(run.line()).isEqualTo("the guard of the run does not work: no, taken: 0");
        }
    }
}
