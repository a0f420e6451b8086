package dev.atex.fmf;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs git in a directory. Git cannot ask for input: it has no terminal, password prompt or standard input. The
 * content of a repository is only data: none of its hooks, filters, helpers or submodules run. Secrets are passed in
 * git's environment, which only the user can read.
 */
final class Git {
    /** The allowed protocols, also for redirections and the user's own URL rewriting. */
    private static final String PROTOCOLS = "https:ssh:git:file";

    private static final List<Map.Entry<String, String>> CONFIGURATION = List.of(
            Map.entry("core.hooksPath", "/dev/null"),
            Map.entry("core.fsmonitor", "false"),
            Map.entry("clone.defaultRemoteName", "origin"),
            Map.entry("submodule.recurse", "false"),
            Map.entry("fetch.recurseSubmodules", "false"),
            // A tree may look like a repository with a configuration of its own.
            Map.entry("safe.bareRepository", "explicit"));

    private static final Set<String> REPOSITORY = Set.of(
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_COMMON_DIR",
            "GIT_INDEX_FILE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            "GIT_NAMESPACE",
            "GIT_TEMPLATE_DIR");

    private final Path directory;
    private final Duration timeout;
    private final @Nullable GitAddress address;

    /**
     * Creates a runner for a directory.
     *
     * @param address whose secrets git may need; null if git connects to no server
     */
    Git(Path directory, Duration timeout, @Nullable GitAddress address) {
        this.directory = directory;
        this.timeout = timeout;
        this.address = address;
    }

    /** Git exited with a status other than 0, timed out, or could not be started. */
    static final class GitException extends IOException {
        GitException(String message) {
            super(message);
        }

        GitException(String message, IOException cause) {
            super(message, cause);
        }
    }

    /**
     * Runs git with these arguments and returns its standard output.
     *
     * @throws GitException with the message of the reference; its cause, if any, has git's own message
     */
    String run(String... arguments) throws GitException, InterruptedException {
        return runShown(List.of(arguments), arguments);
    }

    /** Receives the records of the output. */
    @FunctionalInterface
    interface Taker {
        /** Receives a record; an {@link IOException} stops git and is passed on to the caller. */
        void take(String text) throws IOException;
    }

    /**
     * Passes each NUL-terminated record of git's output on while git runs; keeps only one in memory. Bytes that are
     * not UTF-8 become replacement characters.
     *
     * @throws IOException from the taker, or if a record is longer than 64 KiB
     * @throws GitException as {@link #run} does
     */
    void records(Taker taker, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(Arrays.asList(arguments));
        Path err = Files.createTempFile("fmf-git", ".err");
        try {
            Process process = start(command, ProcessBuilder.Redirect.PIPE, err);
            AtomicReference<@Nullable IOException> refusal = new AtomicReference<>();
            Thread reader = Thread.ofVirtual().start(() -> {
                try (InputStream in = new BufferedInputStream(process.getInputStream())) {
                    read(in, taker);
                } catch (IOException e) {
                    refusal.set(e);
                    process.destroyForcibly();
                }
            });
            int status = await(process);
            reader.join();
            IOException refused = refusal.get();
            if (status == TIMED_OUT || (status != 0 && refused == null)) {
                throw failed("git " + String.join(" ", arguments), status, err);
            }
            if (refused != null) {
                throw refused;
            }
        } finally {
            Files.deleteIfExists(err);
        }
    }

    private static void read(InputStream in, Taker taker) throws IOException {
        ByteArrayOutputStream record = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b != 0) {
                record.write(b);
                if (record.size() > MAX_RECORD) {
                    throw new IOException("git printed a name that is longer than 64 KiB");
                }
            } else if (record.size() > 0) {
                taker.take(record.toString(StandardCharsets.UTF_8));
                record.reset();
            }
        }
    }

    /** Works like {@link #run}, but messages show other arguments than those that git gets. */
    String runShown(List<String> shown, String... arguments) throws GitException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add("git");
        command.addAll(Arrays.asList(arguments));
        String name = "git " + String.join(" ", shown);
        try {
            Path out = Files.createTempFile("fmf-git", ".out");
            Path err = Files.createTempFile("fmf-git", ".err");
            try {
                int status = await(start(command, ProcessBuilder.Redirect.to(out.toFile()), err));
                if (status == 0) {
                    // Names of branches and files may contain any text.
                    return new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
                }
                throw failed(name, status, err);
            } finally {
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        } catch (GitException e) {
            throw e;
        } catch (IOException e) {
            throw new GitException("Command '" + name + "' could not be run: " + e.getMessage(), e);
        }
    }

    private static final int TIMED_OUT = -1;
    private static final int MAX_RECORD = 1 << 16;

    private GitException failed(String name, int status, Path err) throws IOException {
        IOException said = new IOException(new String(Files.readAllBytes(err), StandardCharsets.UTF_8).strip());
        return new GitException(
                status == TIMED_OUT
                        ? "Command '" + name + "' timed out after " + timeout.toSeconds() + " seconds"
                        : "Command '" + name + "' returned non-zero exit status " + status + ".",
                said);
    }

    private Process start(List<String> command, ProcessBuilder.Redirect out, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(out)
                .redirectError(err.toFile());
        Map<String, String> environment = builder.environment();
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_ASKPASS", "true");
        environment.put("SSH_ASKPASS_REQUIRE", "never");
        environment.put("LC_ALL", "C");
        if (!environment.containsKey("GIT_SSH")) {
            environment.putIfAbsent("GIT_SSH_COMMAND", "ssh -o BatchMode=yes");
        }
        environment.put("GIT_ALLOW_PROTOCOL", PROTOCOLS);
        environment.put("GIT_LFS_SKIP_SMUDGE", "1");
        // A hook or another git may have set the location of its own repository.
        environment.keySet().removeAll(REPOSITORY);
        configure(environment, CONFIGURATION);
        if (address != null) {
            environment.putAll(address.loginVariables());
            configure(environment, address.loginConfiguration());
        }
        return builder.start();
    }

    /** Adds to the configuration that the user passes in the same way. */
    private static void configure(Map<String, String> environment, List<Map.Entry<String, String>> settings) {
        String given = environment.getOrDefault("GIT_CONFIG_COUNT", "");
        int count = given.matches("[0-9]{1,6}") ? Integer.parseInt(given) : 0;
        for (Map.Entry<String, String> setting : settings) {
            environment.put("GIT_CONFIG_KEY_" + count, setting.getKey());
            environment.put("GIT_CONFIG_VALUE_" + count, setting.getValue());
            count++;
        }
        environment.put("GIT_CONFIG_COUNT", Integer.toString(count));
    }

    private int await(Process process) throws InterruptedException {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS) ? process.exitValue() : TIMED_OUT;
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
        }
    }
}
