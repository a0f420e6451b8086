package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The packaged command in a JVM that properties tell where to halt, without a guard. It knows the machines of these tests too. Hundreds of
 * them are started, and so each uses the AOT cache of the package, as {@code ./atex} does.
 */
final class CrashingAtex {
    private final Path directory;
    private final List<String> java;

    /** In this directory, where it leaves its ledgers and its output. */
    CrashingAtex(Path directory) throws IOException, InterruptedException {
        this.directory = directory;
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

    /** Calls it, and returns how it ended. */
    int call(Map<String, String> environment, List<String> properties, List<String> args)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java);
        command.addAll(properties);
        command.add("dev.atex.cli.Main");
        command.addAll(args);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        builder.environment().putAll(environment);
        builder.environment().put("XDG_STATE_HOME", directory.resolve("state").toString());
        builder.environment().put("ATEX_NO_GUARD", "1");
        Process process = builder.start();
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    /** What the last call printed. */
    String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }
}
