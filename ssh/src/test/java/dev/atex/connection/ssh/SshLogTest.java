package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.ssh.config.HostKeyPolicy;
import dev.atex.connection.ssh.config.Secret;
import dev.atex.connection.ssh.config.SshOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log {@code dev.atex.ssh}, as the platform's default backend gets it. */
@Timeout(120)
class SshLogTest {
    /** Kept: the platform forgets loggers that nobody holds. */
    private static final Logger LOGGER = Logger.getLogger("dev.atex.ssh");

    private final List<String> log = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            log.add(logged.getLevel() + " " + logged.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path directory;

    private JvmServer server;

    @BeforeEach
    void start() throws Exception {
        server = new JvmServer(directory.resolve("key"));
        LOGGER.setLevel(Level.ALL);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stop() throws Exception {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
        LOGGER.setLevel(null);
        server.close();
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }

    private SshConnection connected() throws Exception {
        Path password = Files.writeString(directory.resolve("password"), "the-password\n");
        Path config = Files.write(
                directory.resolve("config"),
                List.of(
                        "Host server",
                        "HostName 127.0.0.1",
                        "User tester",
                        "Port " + server.port(),
                        "IdentityFile none",
                        "IdentityAgent none"));
        SshConnection connection = new SshConnection(
                "server",
                SshOptions.defaults()
                        .withConfig(config)
                        .withHostKeys(HostKeyPolicy.OFF)
                        .withPassword(new Secret.InFile(password)));
        connection.connect(soon());
        return connection;
    }

    @Test
    void connectionsAreLogged() throws Exception {
        try (SshConnection connection = connected()) {
            assertThat(log)
                    .anyMatch(line -> line.startsWith("FINE server: connecting"))
                    .anyMatch(line -> line.matches(
                            "FINE server .*: logged in as tester by (password|keyboard-interactive).*, keep-alive .*"));
            connection.disconnect();
            assertThat(log).contains("FINE server: disconnecting").noneMatch(line -> line.startsWith("INFO"));
            connection.connect(soon());
            assertThat(log).contains("INFO server: connected again");
        }
    }

    @Test
    void lostConnectionIsLoggedWithReason() throws Exception {
        try (SshConnection connection = connected()) {
            var process = connection.start(Command.of("sleep", "1000"));
            server.close();
            process.await(soon());
            assertThat(log)
                    .filteredOn(line -> line.startsWith("INFO"))
                    .singleElement()
                    .asString()
                    .contains("the connection was");
        }
    }

    @Test
    void logHasNeitherPasswordsNorValuesOfVariablesNorLongCommands() throws Exception {
        try (SshConnection connection = connected()) {
            Command command = Command.of("sh", "-c", "echo " + "x".repeat(1000) + "\nsecond line")
                    .withEnvironment(Map.of("TOKEN", "the-value"));
            connection.run(command, soon());
        }
        assertThat(log)
                .anyMatch(line -> line.contains("logged in as tester"))
                .allMatch(line -> line.length() < 300)
                .noneMatch(line -> line.contains("the-value") || line.contains("the-password"))
                .noneMatch(line -> line.contains("second line"));
    }
}
