package dev.atex.testingfarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stand-in judged by a client of the service's that nobody here wrote: every call of the npm package {@code testing-farm},
 * with its own schemas. {@code tools/testing-farm/npm} has what makes them.
 */
@Timeout(600)
@Tag("slow")
class NpmClientTest {
    private static final List<String> NETWORK = List.of(
            "ENOTFOUND",
            "EAI_AGAIN",
            "ECONNREFUSED",
            "ECONNRESET",
            "ETIMEDOUT",
            "ENETUNREACH",
            "EHOSTUNREACH",
            "ERR_SOCKET_TIMEOUT");

    @TempDir
    private Path directory;

    private record Ended(int code, String output) {}

    @Test
    void standInPassesSchemasOfNpmPackage() throws Exception {
        install();
        try (StandIn service = StandIn.start("--machine", "root@127.0.0.1", "--share", "--minute", "0.05")) {
            Ended judged = call("node", "judge.mjs", service.url(), service.control());
            assertThat(judged.code()).as(judged.output()).isZero();
            assertThat(judged.output()).startsWith("9 methods: ");
        }
    }

    /** Installs the versions of the lock file; runs no scripts of packages. */
    private void install() throws Exception {
        try (Stream<Path> files = Files.list(StandIn.tool("testing-farm/npm"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, directory.resolve(file.getFileName()));
            }
        }
        Ended installed = call("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1");
        assumeTrue(
                installed.code() == 0 || NETWORK.stream().noneMatch(installed.output()::contains),
                () -> "the packages of npm cannot be fetched: " + installed.output());
        assertThat(installed.code()).as(installed.output()).isZero();
    }

    private Ended call(String... command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process;
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment()
                    .put("npm_config_cache", directory.resolve("cache").toString());
            builder.environment().put("NO_PROXY", "127.0.0.1");
            process = builder.start();
        } catch (IOException e) {
            assumeTrue(false, "the client needs nodejs and npm: " + e.getMessage());
            throw e;
        }
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(output));
    }
}
