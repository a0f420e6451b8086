package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The packaged command in a JVM that properties tell where to halt, without a guard. It knows the machines of these tests too. Hundreds of
 * them are started, and so each uses the AOT cache of the package, as {@code ./atex} does.
 */
final class CrashingAtex implements AutoCloseable {
    private final Path directory;
    private final Path output;
    private final Map<String, String> own;
    private final List<String> java;
    private final SharedJvm shared;

    /** In this directory, where it leaves its ledgers and its output. */
    CrashingAtex(Path directory) throws IOException, InterruptedException {
        this(directory, Map.of());
    }

    /** In this directory, with these variables for calls that share a JVM. */
    CrashingAtex(Path directory, Map<String, String> environment) throws IOException, InterruptedException {
        this.directory = directory;
        this.own = Map.of("XDG_STATE_HOME", directory.resolve("state").toString(), "ATEX_NO_GUARD", "1");
        this.output = directory.resolve("output");
        this.java = SharedJvm.java();
        Map<String, String> variables = new HashMap<>(environment);
        variables.putAll(own);
        this.shared = new SharedJvm(directory, variables);
    }

    /** Calls it in a JVM of its own, and returns its exit code. */
    int call(Map<String, String> environment, List<String> properties, List<String> args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.addAll(properties);
        command.add("dev.atex.cli.Main");
        command.addAll(args);
        Process process = builder(command, environment)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    /** Calls it where nothing is to crash, and returns its exit code: all these calls share one JVM. */
    int call(String... args) throws Exception {
        return shared.call(output, output, args);
    }

    private ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(own);
        builder.environment().putAll(environment);
        return builder;
    }

    @Override
    public void close() throws IOException {
        shared.close();
    }

    /** What the last call printed. */
    String output() throws IOException {
        return Files.readString(output);
    }
}
