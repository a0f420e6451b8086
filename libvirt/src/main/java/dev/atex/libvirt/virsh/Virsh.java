package dev.atex.libvirt.virsh;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.ProgramCall;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.libvirt.virsh.VirshException.Failure;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * libvirt, called through its command line {@code virsh}. Immutable and thread-safe.
 *
 * <p>Each call is a process in a session of its own, so that Ctrl-C at the terminal does not reach it. It is killed at its
 * deadline and when the caller is interrupted; the daemon may still carry out what it was asked for.
 *
 * @param program the path of virsh
 * @param uri the connection URI; if empty, the one that virsh chooses
 * @param environment variables that select the daemon, set in addition to those of this process; one with an empty value is
 *     removed
 */
public record Virsh(Path program, Optional<String> uri, Map<String, String> environment) {
    /** The longest time of one call. */
    public static final Duration LONGEST = Duration.ofMinutes(2);

    private static final System.Logger LOG = System.getLogger("dev.atex.libvirt");

    /** More calls at a time need more memory and are not faster. */
    private static final Semaphore CALLS =
            new Semaphore(2 * Runtime.getRuntime().availableProcessors(), true);

    private static final Path NULL = Path.of("/dev/null");
    private static final List<String> VARIABLES =
            List.of("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LIBVIRT_DEFAULT_URI");
    private static final String MARK = "ATEX_MARK";
    private static final String PROGRAM = "program";
    private static final String URI = "uri";
    private static final String VARIABLE = "env.";

    /** Copies the map. */
    public Virsh {
        environment = Map.copyOf(environment);
    }

    /**
     * Returns virsh with the environment of this process.
     *
     * @param program a path, or a name that is looked up in {@code PATH}
     * @throws VirshException if there is no such program
     */
    public static Virsh find(String program, Optional<String> uri) throws VirshException {
        Map<String, String> environment = new LinkedHashMap<>();
        for (String variable : VARIABLES) {
            String value = System.getenv(variable);
            if (value != null && !value.isEmpty()) {
                environment.put(variable, value);
            }
        }
        return new Virsh(path(program), uri, environment);
    }

    private static Path path(String program) throws VirshException {
        if (program.contains("/")) {
            Path path = Path.of(program).toAbsolutePath();
            if (Files.isExecutable(path)) {
                return path;
            }
        } else {
            for (String directory :
                    System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
                Path candidate = Path.of(directory).resolve(program);
                if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
                    return candidate;
                }
            }
        }
        throw new VirshException(
                Failure.NO_PROGRAM,
                "there is no program '" + program
                        + "' here: install it (Debian: libvirt-clients, Fedora: libvirt-client), or set its path with the"
                        + " option 'program'");
    }

    /** Returns the same program with another URI. */
    public Virsh with(String other) {
        return new Virsh(program, Optional.of(other), environment);
    }

    /** Returns the URI for messages. */
    public String host() {
        return uri.orElse("the default connection of libvirt");
    }

    /** Returns whether the URI names a daemon of this host. */
    public boolean isLocal() {
        return uri.isEmpty()
                || (uri.get().matches("[a-z+]+:///.*") && !uri.get().contains("ssh"));
    }

    /** Returns entries for a ledger, by which another process finds the daemon. */
    public Map<String, String> locator() {
        Map<String, String> locator = new LinkedHashMap<>();
        locator.put(PROGRAM, program.toString());
        uri.ifPresent(known -> locator.put(URI, known));
        if (isLocal()) { // another host has other directories
            environment.forEach((name, value) -> locator.put(VARIABLE + name, value));
        }
        return locator;
    }

    /** Returns virsh with these entries of a ledger. */
    public static Virsh at(Map<String, String> locator) throws VirshException {
        Virsh here = new Virsh(
                path(locator.getOrDefault(PROGRAM, "virsh")), Optional.ofNullable(locator.get(URI)), Map.of());
        if (!here.isLocal()) {
            return here;
        }
        Map<String, String> environment = new LinkedHashMap<>();
        VARIABLES.forEach(variable -> environment.put(variable, ""));
        locator.forEach((name, value) -> {
            if (name.startsWith(VARIABLE)) {
                environment.put(name.substring(VARIABLE.length()), value);
            }
        });
        return new Virsh(here.program(), here.uri(), environment);
    }

    /**
     * Removes the log of a domain that is gone, if it is on this host and this user may. A domain that libvirt has destroyed with
     * its client leaves it.
     */
    public void removeLog(String domain) {
        if (!isLocal()) {
            return;
        }
        String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        Path directory = uri.filter(text -> text.contains("/session")).isPresent()
                ? (cache.isEmpty() ? Path.of(home, ".cache") : Path.of(cache)).resolve("libvirt/qemu/log")
                : Path.of("/var/log/libvirt/qemu");
        Path log = directory.resolve(domain + ".log");
        try {
            boolean _ = Files.deleteIfExists(log);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "cannot remove " + log + ": " + e.getMessage());
        }
    }

    /** Returns the command that makes a call. */
    List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(program.toString(), "-q"));
        uri.ifPresent(known -> command.addAll(List.of("-c", known)));
        command.addAll(arguments);
        return command;
    }

    /** Returns a builder with the environment for a call, for a command of virsh or of another client of libvirt. */
    public ProcessBuilder builder(List<String> command) {
        List<String> whole = new ArrayList<>(List.of("setsid", "--"));
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole);
        environment.forEach((name, value) -> {
            if (value.isEmpty()) {
                builder.environment().remove(name);
            } else {
                builder.environment().put(name, value);
            }
        });
        builder.environment().put("LC_ALL", "C");
        // the first call of a session starts a daemon, which outlives the call and serves others
        builder.environment().remove(MARK);
        return builder;
    }

    /**
     * Calls virsh and returns what it printed, stripped; waits while too many calls are running.
     *
     * @throws VirshException if the call failed, or is still running at the deadline
     */
    public String call(Deadline deadline, String... arguments) throws VirshException, InterruptedException {
        return call(deadline, Optional.empty(), arguments);
    }

    /**
     * Calls virsh with an XML document as standard input.
     *
     * @param arguments with {@code /dev/stdin} as the file
     */
    public String callWith(String input, Deadline deadline, String... arguments)
            throws VirshException, InterruptedException {
        return call(deadline, Optional.of(input), arguments);
    }

    /** Calls virsh for something that may take longer than {@link #LONGEST}, such as copying an image. */
    public String callLong(Deadline deadline, String... arguments) throws VirshException, InterruptedException {
        return limited(deadline, Optional.empty(), arguments);
    }

    private String call(Deadline deadline, Optional<String> input, String... arguments)
            throws VirshException, InterruptedException {
        return limited(deadline.orAfter(LONGEST), input, arguments);
    }

    private String limited(Deadline soon, Optional<String> input, String... arguments)
            throws VirshException, InterruptedException {
        String name = "virsh " + arguments[0];
        if (!CALLS.tryAcquire(soon.remainingNanos(), TimeUnit.NANOSECONDS)) {
            throw new VirshException(
                    Failure.TIMEOUT, "'" + name + "' was not started in time, as too many other calls are running");
        }
        try {
            return call(name, soon, input, List.of(arguments));
        } finally {
            CALLS.release();
        }
    }

    private String call(String name, Deadline deadline, Optional<String> input, List<String> arguments)
            throws VirshException, InterruptedException {
        long begin = System.nanoTime();
        CrashPoints.reached("before " + name);
        ProgramCall call;
        try {
            ProcessBuilder builder = builder(command(arguments));
            call = input.isPresent()
                    ? ProgramCall.start(builder, input.get().getBytes(StandardCharsets.UTF_8))
                    : ProgramCall.start(builder.redirectInput(NULL.toFile()));
        } catch (IOException e) {
            throw new VirshException(Failure.NO_PROGRAM, "cannot call '" + name + "': " + e.getMessage(), e);
        }
        try {
            ProgramCall.Result result = call.await(deadline)
                    .orElseThrow(() -> new VirshException(
                            Failure.TIMEOUT, "'" + name + "' at " + host() + " did not end in time"));
            CrashPoints.reached("after " + name);
            LOG.log(
                    Level.DEBUG,
                    () -> "virsh " + String.join(" ", arguments) + ": exit code " + result.exitCode() + " after "
                            + (System.nanoTime() - begin) / 1_000_000 + " ms");
            if (result.exitCode() != 0) {
                throw failed(name, result.exitCode(), result.err().isBlank() ? result.out() : result.err());
            }
            if (!result.whole()) {
                throw new VirshException(
                        Failure.OTHER,
                        "'" + name + "' printed more than " + (ProgramCall.KEPT >> 20)
                                + " MiB, or its output could not be read");
            }
            return result.out().strip();
        } finally {
            if (call.isRunning()) {
                call.kill();
            }
        }
    }

    /** Returns the exception for a failed call with this error output. */
    VirshException failed(String name, int exitCode, String err) {
        if (err.isBlank()) {
            return new VirshException(
                    Failure.NO_ANSWER,
                    "'" + name + "' at " + host() + " ended without an answer (exit code " + exitCode + ")");
        }
        return new VirshException(
                ErrorText.failure(err), "'" + name + "' at " + host() + " failed: " + ErrorText.reason(err));
    }
}
