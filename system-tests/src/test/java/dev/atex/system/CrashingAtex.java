package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The packaged command in a JVM that properties tell where to halt, without a guard. It knows the machines of these tests too. Hundreds of
 * them are started, and so each uses the AOT cache of the package, as {@code ./atex} does.
 */
final class CrashingAtex implements AutoCloseable {
    private final Path directory;
    private final Path output;
    private final Map<String, String> environment;
    private final List<String> java;
    private @Nullable Process loop;

    /** In this directory, where it leaves its ledgers and its output. */
    CrashingAtex(Path directory) throws IOException, InterruptedException {
        this(directory, Map.of());
    }

    /** In this directory, with these variables for calls that share a JVM. */
    CrashingAtex(Path directory, Map<String, String> environment) throws IOException, InterruptedException {
        this.directory = directory;
        this.environment = Map.copyOf(environment);
        this.output = directory.resolve("output");
        this.java = java();
    }

    private static List<String> java() throws IOException, InterruptedException {
        // writes the record of what is packaged, if that is newer
        Atex.in(Atex.SOURCES).call("--version").expect(0);
        List<String> record = Files.readAllLines(Atex.SOURCES.resolve("cli/target/atex/current"));
        String home = record.get(1);
        String cache = record.get(3);
        String classes = record.get(4);
        Path tests;
        try {
            tests = Path.of(CrashingAtex.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        List<String> java = new ArrayList<>(List.of(home + "/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        if (Files.isRegularFile(Path.of(cache))) {
            java.add("-XX:AOTCache=" + cache);
        }
        // what comes after the classes of the cache does not make it useless
        java.addAll(List.of("-cp", classes + ":" + tests));
        return List.copyOf(java);
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
        if (loop == null) {
            List<String> command = new ArrayList<>(java);
            String logging = System.getProperty("java.util.logging.config.file");
            if (logging != null) {
                command.add("-Djava.util.logging.config.file=" + logging);
            }
            command.add(CommandLoop.class.getName());
            loop = builder(command, environment)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        }
        loop.outputWriter(StandardCharsets.UTF_8)
                .append(output + "\t" + String.join("\t", args) + "\n")
                .flush();
        BufferedReader answers = loop.inputReader(StandardCharsets.UTF_8);
        FutureTask<String> answer = new FutureTask<>(answers::readLine);
        Thread.ofPlatform().daemon().start(answer);
        return Integer.parseInt(answer.get(3, TimeUnit.MINUTES));
    }

    private ProcessBuilder builder(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment().put("ATEX_NO_GUARD", "1");
        return builder;
    }

    @Override
    public void close() throws IOException {
        if (loop != null) {
            loop.destroyForcibly();
            loop.getOutputStream().close();
        }
    }

    /** What the last call printed. */
    String output() throws IOException {
        return Files.readString(output);
    }
}
