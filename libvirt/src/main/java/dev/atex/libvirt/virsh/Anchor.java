package dev.atex.libvirt.virsh;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.ProcessLauncher;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The client that keeps a domain alive: it creates the domain with {@code --autodestroy}, so that the daemon destroys it when
 * this client is gone, and reports the events of its life. Thread-safe.
 *
 * <p>The client runs below a shell that waits for the end of our pipe and kills it then. So it ends with this process, however
 * that ends.
 */
public final class Anchor {
    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");

    /** The first argument is the program. The domain is in a variable, which the program does not get. */
    private static final String SCRIPT = """
            exec 3<&0 0</dev/null
            printf %s "$ATEX_DOMAIN" | env -u ATEX_DOMAIN "$@" 3<&- &
            pid=$!
            exec >/dev/null 2>&1
            read -r _ <&3
            kill "$pid"
            wait "$pid"
            """;

    private static final String NAME = "atex-anchor";
    /** The time of a client to end by itself. One that is frozen does not. */
    private static final Duration ORDERLY = Duration.ofSeconds(5);

    /** The reasons of a suspension that nobody ends. */
    private static final List<String> STUCK = List.of("I/O Error", "Watchdog");

    private static final Pattern EVENT = Pattern.compile("event 'lifecycle' for domain .*: (\\w+)(?: (.*))?");

    private final Virsh virsh;
    private final String domain;
    private final Process process;
    private final CompletableFuture<Boolean> created = new CompletableFuture<>();
    private final CompletableFuture<String> lost = new CompletableFuture<>();
    /** Written by one thread, and read by another after its end. */
    private final StringBuilder errors = new StringBuilder();

    private final Thread errorReader;
    private volatile boolean ending;

    private Anchor(Virsh virsh, String domain, Process process) {
        this.virsh = virsh;
        this.domain = domain;
        this.process = process;
        errorReader = Thread.ofPlatform()
                .daemon()
                .name("errors of the anchor of " + domain)
                .start(this::readErrors);
        Thread.ofPlatform().daemon().name("anchor of " + domain).start(this::read);
    }

    /**
     * Starts the client and returns at once.
     *
     * @param domain the name of the domain
     * @param xml its description
     */
    public static Anchor start(Virsh virsh, String domain, String xml) throws VirshException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", SCRIPT, NAME));
        command.addAll(virsh.command(List.of("create --autodestroy /dev/stdin; " + identity(domain)
                + "; event --domain " + domain + " --event lifecycle --loop")));
        ProcessBuilder builder = virsh.builder(command);
        builder.environment().put("ATEX_DOMAIN", xml);
        try {
            return new Anchor(virsh, domain, ProcessLauncher.start(builder));
        } catch (IOException e) {
            throw new VirshException(Failure.OTHER, "cannot start 'virsh create': " + e.getMessage(), e);
        }
    }

    /** Returns a command that prints the UUID when the domain was created, and by which the process is recognized. */
    private static String identity(String domain) {
        return "domuuid " + domain;
    }

    /** Returns the processes on this host that keep this domain alive, of this run or a dead one. */
    public static List<ProcessHandle> processes(String domain) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Stream::of)
                        .anyMatch(argument -> argument.contains("; " + identity(domain) + ";")))
                .toList();
    }

    /**
     * Ends these processes.
     *
     * @throws VirshException if one of them is still running at the deadline
     */
    public static void end(String domain, Deadline deadline) throws VirshException, InterruptedException {
        for (ProcessHandle process : processes(domain)) {
            process.destroyForcibly();
            try {
                process.onExit().get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                throw new VirshException(
                        Failure.TIMEOUT,
                        "process " + process.pid() + ", which keeps domain " + domain + ", does not end",
                        e);
            }
        }
    }

    private void read() {
        boolean known = false;
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.isBlank()) {
                    continue;
                }
                if (!known) {
                    known = true;
                    boolean _ = created.complete(true);
                } else {
                    take(line);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> domain + ": the output of its anchor ended: " + e.getMessage());
        }
        closeInput();
        try {
            errorReader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!known) {
            boolean _ = created.completeExceptionally(virsh.failed("virsh create", exitCode(), errors.toString()));
        }
        if (!ending) {
            String reason = ErrorText.reason(errors.toString());
            boolean _ = lost.complete("its connection to libvirt ended" + (reason.isEmpty() ? "" : ": " + reason));
        }
    }

    private int exitCode() {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private void readErrors() {
        try (BufferedReader reader = process.errorReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                errors.append(line).append('\n');
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> domain + ": the errors of its anchor ended: " + e.getMessage());
        }
    }

    private void take(String line) {
        Matcher event = EVENT.matcher(line.strip());
        if (!event.matches()) {
            LOG.log(Level.DEBUG, () -> domain + ": " + line);
            return;
        }
        String what = event.group(1);
        String detail = Optional.ofNullable(event.group(2)).orElse("");
        LOG.log(ending ? Level.DEBUG : Level.INFO, () -> domain + ": " + what + " " + detail);
        if (what.equals("Stopped")) {
            boolean _ = lost.complete("it stopped" + (detail.isEmpty() ? "" : " (" + detail + ")"));
        } else if (what.equals("Suspended") && STUCK.contains(detail)) {
            boolean _ = lost.complete("libvirt has suspended it (" + detail + "): is the disk of the host full?");
        }
    }

    /** Closes our end of the pipe, at which the shell waits. */
    private void closeInput() {
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> domain + ": closing the pipe of its anchor: " + e.getMessage());
        }
    }

    /**
     * Waits until the domain was created.
     *
     * @throws VirshException if it was not, or not before the deadline
     */
    public void awaitCreated(Deadline deadline) throws VirshException, InterruptedException {
        try {
            boolean _ = created.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new VirshException(Failure.TIMEOUT, "'virsh create' at " + virsh.host() + " did not end in time", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof VirshException cause) {
                throw new VirshException(cause.failure(), String.valueOf(cause.getMessage()), cause);
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    /**
     * Calls the listener with the reason when the domain has stopped, or stops because its client has ended; at once if it has
     * happened already. Not for an end of the client after {@link #release}.
     */
    public void onLost(Consumer<String> listener) {
        CompletableFuture<Void> _ = lost.thenAccept(listener);
    }

    /** Returns what {@link #onLost} reports. */
    CompletableFuture<String> lost() {
        return lost;
    }

    /** Announces that the domain will be destroyed on purpose. */
    public void release() {
        ending = true;
    }

    /**
     * Ends the client; the daemon destroys the domain then. A client that does not end is killed.
     *
     * @throws VirshException if it is still running at the deadline
     */
    public void end(Deadline deadline) throws VirshException, InterruptedException {
        release();
        closeInput();
        List<ProcessHandle> children = process.descendants().toList();
        if (!process.waitFor(deadline.orAfter(ORDERLY).remainingNanos(), TimeUnit.NANOSECONDS)) {
            LOG.log(Level.INFO, () -> domain + ": killing its anchor, which does not end");
        }
        children.forEach(ProcessHandle::destroyForcibly); // also the ssh of virsh
        end(domain, deadline);
    }
}
