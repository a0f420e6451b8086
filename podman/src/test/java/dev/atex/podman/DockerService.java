package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Docker's own service, for the tests of a class: it has the image of the testbed. */
public final class DockerService implements AutoCloseable {
    private static final int MINUTES = 3;

    private final Process process;
    private final Engine engine;

    private DockerService(Process process, Engine engine) {
        this.process = process;
        this.engine = engine;
    }

    /** Starts it, and returns when it answers. */
    public static DockerService start(Path directory) throws Exception {
        Path socket = directory.resolve("docker.sock");
        Path log = directory.resolve("docker.log");
        String client = Testbed.docker();
        Process process;
        try (WatchService watch = directory.getFileSystem().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            process = new ProcessBuilder(Testbed.dockerd(), socket.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            while (!Files.exists(socket)) {
                WatchKey key = watch.poll(MINUTES, TimeUnit.MINUTES);
                assertThat(key).as(Files.readString(log)).isNotNull();
                key.reset();
            }
        }
        Engine engine = new Engine(EngineKind.DOCKER, Path.of(client), Map.of("DOCKER_HOST", "unix://" + socket));
        DockerService service = new DockerService(process, engine);
        service.docker("version"); // the socket is there before it is listened at; what connects then waits
        return service;
    }

    public Engine engine() {
        return engine;
    }

    /** What a call of its client prints. */
    String docker(String... arguments) throws Exception {
        return engine.call(Deadline.after(Duration.ofMinutes(MINUTES)), List.of(arguments));
    }

    /** A container that nobody has a lease for; returns its id. */
    String runContainer(String... options) throws Exception {
        return docker(Testbed.runArguments(options));
    }

    @Override
    public void close() throws Exception {
        process.destroy();
        process.waitFor();
    }
}
