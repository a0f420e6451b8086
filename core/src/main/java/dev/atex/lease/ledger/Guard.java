package dev.atex.lease.ledger;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.internal.files.FileProblems;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A small process that outlives this one: a shell that reads from a pipe, and starts a reaper when the other end closes
 * without a message. It retries with growing pauses until the ledger is gone or a limit is reached. It has its own session,
 * ignores signals from a terminal, and carries none of the variables by which CI systems find processes of a cancelled job.
 * Thread-safe.
 */
public final class Guard implements AutoCloseable {
    /** The time for which a guard retries by default. */
    public static final Duration LIMIT = Duration.ofHours(24);

    /** Its script, in POSIX sh. */
    private static final String SCRIPT = script();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LARGEST_LOG = 1 << 20;

    /** The variables by which CI systems (GitHub's runner, Jenkins) find the processes of a job, to kill them at its end. */
    private static final Set<String> MARKS_OF_JOBS = Set.of(
            "RUNNER_TRACKING_ID",
            "JENKINS_NODE_COOKIE",
            "JENKINS_SERVER_COOKIE",
            "HUDSON_COOKIE",
            "HUDSON_SERVER_COOKIE",
            "BUILD_ID");

    private final Process process;
    private final CompletableFuture<String> answer = new CompletableFuture<>();

    private Guard(Process process) {
        this.process = process;
        // A platform thread: the read of a process's output holds its carrier.
        Thread.ofPlatform().daemon().name("guard").start(() -> {
            try (BufferedReader reader =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                answer.complete(String.valueOf(reader.readLine()));
            } catch (IOException e) {
                answer.completeExceptionally(e);
            }
        });
    }

    private static String script() {
        try (InputStream script = Objects.requireNonNull(Guard.class.getResourceAsStream("guard.sh"))) {
            return new String(script.readAllBytes(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts the guard of a run that has a ledger. It is ready when {@link #awaitReady} returns.
     *
     * @throws LeaseException if it cannot be started
     */
    public static Guard start(StateDirectory directory, String run) throws LeaseException {
        return start(directory, run, LIMIT);
    }

    /**
     * Starts the guard of a run that has a ledger.
     *
     * @param limit how long it retries
     */
    public static Guard start(StateDirectory directory, String run, Duration limit) throws LeaseException {
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", SCRIPT, "atex-guard"));
        command.add(directory.reapLog().toString());
        command.add(directory.ledger(run).toString());
        command.add(Long.toString(limit.plusMillis(999).toSeconds()));
        command.addAll(reaper(directory, run));
        try {
            Path log = directory.reapLog();
            if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
                Files.deleteIfExists(log); // another run may be faster
            }
            ProcessBuilder builder =
                    new ProcessBuilder(command).directory(new File("/")).redirectErrorStream(true);
            builder.environment().keySet().removeAll(MARKS_OF_JOBS);
            return new Guard(ProcessLauncher.start(builder));
        } catch (IOException e) {
            throw new LeaseException("cannot start the guard of the run: " + FileProblems.of(e), e);
        }
    }

    /** Returns the command of a JVM like this one. */
    private static List<String> reaper(StateDirectory directory, String run) {
        GuardProgram program = GuardProgram.of(directory);
        boolean kept = true;
        try {
            program.keep();
        } catch (IOException e) {
            kept = false; // no space: the original files are still there
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        for (Map.Entry<String, String> each :
                Map.of("-cp", "java.class.path", "-p", "jdk.module.path").entrySet()) {
            String path = System.getProperty(each.getValue());
            if (path != null && !path.isEmpty()) {
                command.add(each.getKey());
                command.add(program.path(path, kept));
            }
        }
        String module = Guard.class.getModule().getName();
        String main = ReapMain.class.getName();
        command.addAll(
                module == null
                        ? List.of(main)
                        : List.of("--add-modules", "ALL-MODULE-PATH", "-m", module + "/" + main));
        command.addAll(List.of(directory.path().toString(), run));
        return command;
    }

    /**
     * Waits until the guard reports that it is ready.
     *
     * @throws LeaseException if it ended, or does not answer
     */
    public void awaitReady() throws LeaseException, InterruptedException {
        try {
            String word = answer.get(Deadline.after(PATIENCE).remainingNanos(), TimeUnit.NANOSECONDS);
            if (!word.equals("ready")) {
                throw new LeaseException("the guard of the run does not work: " + word);
            }
        } catch (TimeoutException e) {
            process.destroyForcibly();
            throw new LeaseException("the guard of the run does not answer", e);
        } catch (ExecutionException e) {
            throw new LeaseException("the guard of the run does not work: " + e.getCause(), e);
        }
    }

    /** Returns a log that waits for the guard before it records the first lease. */
    public LeaseLog before(LeaseLog log) {
        return (kind, locator) -> {
            awaitReady();
            return log.intend(kind, locator);
        };
    }

    /** Returns the id of the process. */
    public long pid() {
        return process.pid();
    }

    /** Ends the guard without reaping. Without this call it reaps when this process ends. */
    @Override
    public void close() throws LeaseException {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new LeaseException("the guard of the run was gone before its end: " + FileProblems.of(e), e);
        }
    }
}
