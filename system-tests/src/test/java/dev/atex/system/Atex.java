package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The packaged command, as a user calls it. */
final class Atex {
    static final Path SOURCES = sources();
    static final Path DEMO = SOURCES.resolve("examples/demo");
    /** Ledgers of tests and of whoever runs them are not to meet. */
    static final Path STATE = state();

    /** The variables of every call. */
    private static final Map<String, String> VARIABLES = Map.of(
            "ATEX_NO_BUILD",
            "1",
            "ATEX_JAVA_OPTIONS",
            "-XX:TieredStopAtLevel=1", // these runs are too short for C2
            "XDG_STATE_HOME",
            STATE.toString(),
            "ATEX_PROVISION",
            "local"); // these are trees of tests that may do so; "" asks the rules

    private static final Path COMMAND = SOURCES.resolve("atex");
    private static final long LONGEST_MINUTES = 3;
    /** Whoever runs the tests in the background has SIGINT ignored by all of them. */
    private static final List<String> INTERRUPTIBLE = List.of("env", "--default-signal=INT");

    private final Path directory;
    private final List<String> prefix;
    private final Map<String, String> environment;

    private Atex(Path directory, List<String> prefix, Map<String, String> environment) {
        this.directory = directory;
        this.prefix = prefix;
        this.environment = environment;
    }

    private static Path sources() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("atex")) ? here : here.getParent();
    }

    private static Path state() {
        try {
            Path state = Files.createTempDirectory("atex-system-state-");
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> delete(state)));
            return state;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path state) {
        try {
            Trees.delete(state);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called in this directory. */
    static Atex in(Path directory) {
        return new Atex(directory, List.of(), Map.of());
    }

    /** With variables over those of this process. */
    Atex with(Map<String, String> variables) {
        return new Atex(directory, prefix, variables);
    }

    /** Returns a JVM for calls with the same directory and variables. */
    SharedJvm shared() {
        Map<String, String> variables = new HashMap<>(VARIABLES);
        variables.putAll(environment);
        return new SharedJvm(directory, variables);
    }

    /** What a call ended with. */
    record Result(int exitCode, String out, String err) {
        Result expect(int code) {
            assertThat(exitCode).as("%s%n%s", out, err).isEqualTo(code);
            return this;
        }
    }

    Result call(String... args) throws IOException, InterruptedException {
        return start(args).end();
    }

    Call start(String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(COMMAND.toString());
        command.addAll(List.of(args));
        return startAs(command);
    }

    /** As the foreground of a terminal: a process group of its own. */
    Call startInForeground(String... args) throws IOException {
        List<String> command = new ArrayList<>(List.of("setsid", COMMAND.toString()));
        command.addAll(List.of(args));
        return startAs(command);
    }

    /** Starts another program with the same surroundings. */
    Call startAs(List<String> command) throws IOException {
        Path out = Files.createTempFile("atex-system-", ".out");
        Path err = Files.createTempFile("atex-system-", ".err");
        List<String> interruptible = new ArrayList<>(INTERRUPTIBLE);
        interruptible.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(interruptible)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(VARIABLES);
        builder.environment().putAll(environment);
        return new Call(builder.start(), out, err);
    }

    /** A call that goes on. */
    record Call(Process process, Path out, Path err) {
        void signal(String name) throws IOException, InterruptedException {
            assertThat(signalIfRunning(name)).isTrue();
        }

        /** False if it had ended by then, which is the only way in which this may fail. */
        boolean signalIfRunning(String name) throws IOException, InterruptedException {
            int code = kill(name, process.pid());
            if (code != 0) {
                assertThat(process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)).isTrue();
            }
            return code == 0;
        }

        /** To its whole process group. */
        void signalForeground(String name) throws IOException, InterruptedException {
            assertThat(kill(name, -process.pid())).isZero();
        }

        private static int kill(String name, long whom) throws IOException, InterruptedException {
            return new ProcessBuilder("kill", "-" + name, "--", Long.toString(whom))
                    .start()
                    .waitFor();
        }

        Result end() throws IOException, InterruptedException {
            try {
                boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
                Result result =
                        new Result(ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
                assertThat(ended)
                        .as("it should have ended%n%s%n%s", result.out, result.err)
                        .isTrue();
                return result;
            } finally {
                process.destroyForcibly();
                Files.delete(out);
                Files.delete(err);
            }
        }

        String outSoFar() throws IOException {
            return new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
        }
    }
}
