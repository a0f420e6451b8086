package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.local.LocalConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How often the executor asks its connection for something: each time is a round trip to a machine far away. */
@Timeout(60)
class RoundTripsTest {
    @TempDir
    private Path directory;

    private final Counting connection = new Counting();
    private Harness harness;

    @BeforeEach
    void make() throws Exception {
        harness = new Harness(connection, directory);
        Path tools = Files.createDirectory(directory.resolve("tools"));
        for (String name : List.of("dnf", "rpm")) {
            Path tool = Files.writeString(tools.resolve(name), "#!/bin/bash\n[[ $* != *unknown* ]]\n");
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        harness.environment.put("PATH", tools + ":" + System.getenv("PATH"));
        harness.test("/plain", "true")
                .test("/long", "# " + "x".repeat(200_000) + "\n")
                .test("/tty", "true", "tty", true)
                .test("/packages", "true", "require", List.of("a", "b"), "recommend", List.of("c", "unknown"))
                .test("/beakerlib", "true", "framework", "beakerlib")
                .test("/failed", "exit 3")
                .test("/refused", "true", "require", "unknown");
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
    }

    @Test
    void testsTakeOneAndTheirPackagesAnother() throws Exception {
        harness.started();
        assertThat(connection.uploads)
                .as("the executor's own files, and the tree")
                .hasSize(2);
        assertThat(connection.starts).as("looking what is there").hasSize(1);
        for (FmfTest test : harness.tests) {
            connection.starts.clear();
            harness.run(test.name());
            boolean packages = !test.requires().isEmpty() || test.framework().equals("beakerlib");
            boolean runs = !test.name().equals("/refused");
            assertThat(connection.starts).as(test.name()).hasSize((packages ? 1 : 0) + (runs ? 1 : 0));
        }
        assertThat(connection.uploads).hasSize(2);
        connection.starts.clear();
        harness.executor().stop();
        assertThat(connection.starts).hasSize(1);
    }

    /** Writes down what it is asked for. */
    private static final class Counting implements Connection {
        private final LocalConnection local = new LocalConnection();
        private final List<List<String>> starts = new ArrayList<>();
        private final List<String> uploads = new ArrayList<>();

        @Override
        public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
            local.connect(deadline);
        }

        @Override
        public void disconnect() {
            local.disconnect();
        }

        @Override
        public synchronized RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
            starts.add(command.argv());
            return local.start(command);
        }

        @Override
        public void upload(Path localDirectory, String remoteDirectory, Deadline deadline)
                throws ConnectionException, InterruptedException {
            uploads.add(remoteDirectory);
            local.upload(localDirectory, remoteDirectory, deadline);
        }

        @Override
        public void download(String remoteDirectory, Path localDirectory, Deadline deadline)
                throws ConnectionException, InterruptedException {
            throw new AssertionError("nothing is downloaded");
        }
    }
}
