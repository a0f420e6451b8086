package dev.atex.lease;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A small process that outlives this one: a shell that waits at a pipe, and starts a reaper when the other end is gone
 * without a word. It has a session of its own, ignores signals for a terminal's processes, and has none of the marks by
 * which CI systems find the processes of a job that was cancelled. Thread-safe.
 */
public final class Guard implements AutoCloseable {
    private static final String SCRIPT = "trap '' HUP INT TERM; echo ready; exec >/dev/null 2>&1; read -r word; "
            + "[ \"$word\" = done ] && exit; log=$1; shift; ( : >>\"$log\" ) || log=/dev/null; exec \"$@\" >>\"$log\" </dev/null 2>&1";

    private static final java.time.Duration PATIENCE = java.time.Duration.ofSeconds(20);
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

    /**
     * Starts the guard of a run; it is on duty when {@link #awaitReady} has returned.
     *
     * @throws LeaseException it can't be started
     */
    public static Guard start(StateDirectory directory, String run) throws LeaseException {
        List<String> command = new ArrayList<>(List.of("setsid", "sh", "-c", SCRIPT, "atex-guard"));
        command.add(directory.reapLog().toString());
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
            throw new LeaseException("cannot start the guard of the run: " + e.getMessage(), e);
        }
    }

    /** A JVM like this one. */
    private static List<String> reaper(StateDirectory directory, String run) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        for (Map.Entry<String, String> each :
                Map.of("-cp", "java.class.path", "-p", "jdk.module.path").entrySet()) {
            String path = System.getProperty(each.getValue());
            if (path != null && !path.isEmpty()) {
                command.add(each.getKey());
                command.add(absolute(path));
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

    private static String absolute(String path) {
        List<String> entries = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator, -1)) {
            entries.add(entry.isEmpty() ? "" : Path.of(entry).toAbsolutePath().toString());
        }
        return String.join(File.pathSeparator, entries);
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
            throw new LeaseException("the guard of the run was gone before its end: " + e.getMessage(), e);
        }
    }
}
