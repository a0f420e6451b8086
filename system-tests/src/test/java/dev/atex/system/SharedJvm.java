package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Calls of the packaged command that share one JVM, a directory and variables, for tests that are not about a process: a small
 * run takes a tenth of the time that it takes in a JVM of its own. The JVM starts with the first call. Not thread-safe.
 */
final class SharedJvm implements AutoCloseable {
    private static final long LONGEST_MINUTES = 3;
    private static List<String> java = List.of();

    private final Path directory;
    private final Map<String, String> variables;
    private @Nullable Process process;

    /** Creates one whose calls have this working directory, and these variables besides those of this process. */
    SharedJvm(Path directory, Map<String, String> variables) {
        this.directory = directory;
        this.variables = Map.copyOf(variables);
    }

    /** Returns the beginning of a command that runs a class of the tests or of the package, with the AOT cache of the package. */
    static synchronized List<String> java() throws IOException, InterruptedException {
        if (java.isEmpty()) {
            java = packaged();
        }
        return java;
    }

    private static List<String> packaged() throws IOException, InterruptedException {
        // writes the record of what is packaged, if that is newer
        Atex.in(Atex.SOURCES).call("--version").expect(0);
        List<String> record = Files.readAllLines(Atex.SOURCES.resolve("cli/target/atex/current"));
        String home = record.get(1);
        String cache = record.get(3);
        String classes = record.get(4);
        Path tests;
        try {
            tests = Path.of(SharedJvm.class
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

    /** Calls the command and returns what came of it. */
    Atex.Result call(String... args) throws Exception {
        Path out = Files.createTempFile("atex-system-", ".out");
        Path err = Files.createTempFile("atex-system-", ".err");
        try {
            int code = call(out, err, args);
            return new Atex.Result(code, Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Calls the command with these files for its output, and returns its exit code. */
    int call(Path out, Path err, String... args) throws Exception {
        Process jvm = process == null ? process = start() : process;
        jvm.outputWriter(StandardCharsets.UTF_8)
                .append(Stream.concat(Stream.of(out.toString(), err.toString()), Stream.of(args))
                        .map(word -> URLEncoder.encode(word, StandardCharsets.UTF_8))
                        .collect(Collectors.joining("\t", "", "\n")))
                .flush();
        BufferedReader answers = jvm.inputReader(StandardCharsets.UTF_8);
        FutureTask<String> answer = new FutureTask<>(answers::readLine);
        Thread.ofPlatform().daemon().start(answer);
        try {
            String code = answer.get(LONGEST_MINUTES, TimeUnit.MINUTES);
            assertThat(code).as("the JVM has ended: " + String.join(" ", args)).isNotNull();
            return Integer.parseInt(code);
        } catch (Exception | Error e) {
            close(); // its answer would be that of the next call
            throw e;
        }
    }

    private Process start() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(java());
        // as ./atex does
        command.addAll(List.of("-Datex.tty=false", CommandLoop.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        String locale = System.getenv().getOrDefault("LC_ALL", "");
        builder.environment().putAll(Map.of("ATEX_LC_ALL", locale, "LC_ALL", "C.UTF-8"));
        builder.environment().putAll(variables);
        return builder.start();
    }

    /** Ends the JVM. The next call starts another one. */
    @Override
    public void close() throws IOException {
        if (process != null) {
            process.destroyForcibly();
            process.getOutputStream().close();
            process = null;
        }
    }
}
