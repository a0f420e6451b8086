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
 * A small process that outlives this one: a shell that waits at a pipe, and starts a reaper when the other end is gone
 * without a word; again and again, with growing pauses, until the ledger is gone or a limit is reached. It has a session of
 * its own, ignores signals for a terminal's processes, and has none of the marks by which CI systems find the processes of a
 * job that was cancelled. Thread-safe.
 */
public final class Guard implements AutoCloseable {
    /** How long a guard tries to free what its run has left, unless it is told otherwise. */
    public static final Duration LIMIT = Duration.ofHours(24);

    /** What it does, in POSIX sh; see there. */
    private static final String SCRIPT = script();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long LARGEST_LOG = 1 << 20;

    /** By which CI systems (GitHub's runner, Jenkins) find what a job has started, to kill it when the job ends. */
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
     * Starts the guard of a run, which has a ledger; it is on duty when {@link #awaitReady} has returned.
     *
     * @throws LeaseException it can't be started
     */
    public static Guard start(StateDirectory directory, String run) throws LeaseException {
        return start(directory, run, LIMIT);
    }

    /**
     * The same.
     *
     * @param limit how long it tries to free what the run has left
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

    /** A JVM like this one. */
    private static List<String> reaper(StateDirectory directory, String run) {
        GuardProgram program = GuardProgram.of(directory);
        boolean kept = true;
        try {
            program.keep();
        } catch (IOException e) {
            kept = false; // no room: what it was started from is still there
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
     * Waits until the guard has said that it is there.
     *
     * @throws LeaseException it ended, or said nothing
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

    /** A log of leases in which none is taken before the guard is there. */
    public LeaseLog before(LeaseLog log) {
        return (kind, locator) -> {
            awaitReady();
            return log.intend(kind, locator);
        };
    }

    /** Id of the process. */
    public long pid() {
        return process.pid();
    }

    /** Relieves it: there is nothing to be reaped. Without this call it reaps when this process ends. */
    @Override
    public void close() throws LeaseException {
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write("done\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new LeaseException("the guard of the run was gone before its end: " + FileProblems.of(e), e);
        }
    }
}
