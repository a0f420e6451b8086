package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.Trees;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A service that makes containers for its clients and has the image of the testbed: docker's own, or podman's. To be
 * registered as an extension in a static field, for the tests of a class; or started and closed by hand.
 */
public final class EngineService implements AutoCloseable, BeforeAllCallback, AfterAllCallback {
    private static final int MINUTES = 3;

    private final EngineKind kind;
    private @Nullable Path directory;
    private @Nullable Process process;
    private @Nullable Engine engine;

    private EngineService(EngineKind kind) {
        this.kind = kind;
    }

    /** Returns a docker service that is not started yet. */
    public static EngineService docker() {
        return new EngineService(EngineKind.DOCKER);
    }

    /** Returns a podman service that is not started yet; its client is a remote {@code podman}. */
    public static EngineService podman() {
        return new EngineService(EngineKind.PODMAN);
    }

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        start();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        close();
    }

    /** Starts the service, and returns when it answers. */
    public EngineService start() throws Exception {
        Path program = program(); // the tests are skipped without it
        Path home = Files.createTempDirectory("atex-service-");
        directory = home;
        Path log = home.resolve("log");
        try (WatchService watch = home.getFileSystem().newWatchService()) {
            home.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            process = new ProcessBuilder(command(program))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            while (!Files.exists(socket())) {
                WatchKey key = watch.poll(MINUTES, TimeUnit.MINUTES);
                assertThat(key).as(Files.readString(log)).isNotNull();
                key.reset();
            }
        }
        engine = at(program, socket());
        call("version"); // the socket is there before it is listened at; what connects then waits
        return this;
    }

    private Path program() throws EngineException {
        return switch (kind) {
            case DOCKER -> Path.of(Testbed.docker());
            case PODMAN -> Testbed.engine().program();
        };
    }

    private List<String> command(Path program) {
        return switch (kind) {
            case DOCKER -> List.of(Testbed.dockerd(), socket().toString());
            case PODMAN -> List.of(program.toString(), "system", "service", "--time=0", "unix://" + socket());
        };
    }

    private Engine at(Path program, Path socket) {
        return new Engine(kind, program, Map.of(variable(), "unix://" + socket));
    }

    /** The variable with the socket, for its client. */
    public String variable() {
        return switch (kind) {
            case DOCKER -> "DOCKER_HOST";
            case PODMAN -> "CONTAINER_HOST";
        };
    }

    /** Returns its socket. */
    public Path socket() {
        return Objects.requireNonNull(directory).resolve("socket");
    }

    /** Returns its client. */
    public Engine engine() {
        return Objects.requireNonNull(engine);
    }

    /** Returns its client with another socket. */
    Engine engineAt(Path socket) {
        return at(engine().program(), socket);
    }

    /** Returns the begin of a {@code --provision} option, for the small Debian. */
    public String provision() {
        return kind.word() + ",image=" + Testbed.image() + ",pull=never,options=--network=none,program="
                + engine().program();
    }

    /** Returns the output of a call of its client. */
    public String call(String... arguments) throws Exception {
        return engine().call(Deadline.after(Duration.ofMinutes(MINUTES)), List.of(arguments));
    }

    /** Runs a container without a lease; returns its id. */
    public String runContainer(String... options) throws Exception {
        return call(Testbed.runArguments(options));
    }

    @Override
    public void close() throws Exception {
        Process running = process;
        if (running != null) {
            running.destroy();
            running.waitFor();
        }
        if (directory != null) {
            Trees.delete(directory);
        }
    }
}
