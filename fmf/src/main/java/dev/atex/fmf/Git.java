package dev.atex.fmf;

import java.io.File;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/**
 * Runs git in a directory. It can ask nobody anything: no terminal, no password prompt, nothing on standard input. What a
 * repository brings is data: no hook, filter, helper or submodule of it is used. Secrets are in git's environment only, which
 * nobody but the user can read.
 */
final class Git {
    /** Also for what an address leads to: redirections, the user's own rewriting of addresses. */
    private static final String PROTOCOLS = "https:ssh:git:file";

    private static final List<Map.Entry<String, String>> CONFIGURATION = List.of(
            Map.entry("core.hooksPath", "/dev/null"),
            Map.entry("core.fsmonitor", "false"),
            Map.entry("clone.defaultRemoteName", "origin"),
            Map.entry("submodule.recurse", "false"),
            Map.entry("fetch.recurseSubmodules", "false"),
            // a tree can be made to look like a repository, with a configuration of its own
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
     * For a directory.
     *
     * @param address whose secrets git may need; null when it calls nobody
     */
    Git(Path directory, Duration timeout, @Nullable GitAddress address) {
        this.directory = directory;
        this.timeout = timeout;
        this.address = address;
    }

    /** Git ended with another status than 0, did not end in time, or could not be started. */
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
     * @throws GitException with the message of the reference; its cause, if any, has what git said
     */
    String run(String... arguments) throws GitException, InterruptedException {
        return runShown(List.of(arguments), arguments);
    }

    /** Like {@link #run}; a message shows other arguments than those that were given. */
    String runShown(List<String> shown, String... arguments) throws GitException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add("git");
        command.addAll(Arrays.asList(arguments));
        String name = "git " + String.join(" ", shown);
        try {
            Path out = Files.createTempFile("fmf-git", ".out");
            Path err = Files.createTempFile("fmf-git", ".err");
            try {
                int status = await(start(command, out, err));
                if (status == 0) {
                    return Files.readString(out);
                }
                IOException said = new IOException(new String(Files.readAllBytes(err), StandardCharsets.UTF_8).strip());
                throw new GitException(
                        status == TIMED_OUT
                                ? "Command '" + name + "' timed out after " + timeout.toSeconds() + " seconds"
                                : "Command '" + name + "' returned non-zero exit status " + status + ".",
                        said);
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

    private Process start(List<String> command, Path out, Path err) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectOutput(out.toFile())
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
        // a hook or another git may have said where its own repository is
        environment.keySet().removeAll(REPOSITORY);
        configure(environment, CONFIGURATION);
        if (address != null) {
            environment.putAll(address.loginVariables());
            configure(environment, address.loginConfiguration());
        }
        return builder.start();
    }

    /** Adds to what the user has configured in the same way. */
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
