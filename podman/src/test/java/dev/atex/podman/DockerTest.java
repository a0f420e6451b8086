package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerContract;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The command line of docker, with podman as its service: it answers the same API. */
class DockerTest extends ProvisionerContract {
    @TempDir
    private static Path directory;

    private static Process service;
    private static Engine docker;

    @BeforeAll
    static void startService() throws Exception {
        Engine podman = Testbed.engine();
        Optional<Path> program = Programs.find("docker");
        assumeTrue(program.isPresent(), "there is no 'docker' here");
        Path socket = directory.resolve("podman.sock");
        try (var watch = directory.getFileSystem().newWatchService()) {
            directory.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            service = new ProcessBuilder(
                            podman.program().toString(), "system", "service", "--time=0", "unix://" + socket)
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            while (!Files.exists(socket)) {
                var key = watch.poll(1, TimeUnit.MINUTES);
                assertThat(key).as(Files.readString(directory.resolve("log"))).isNotNull();
                key.reset();
            }
        }
        docker = new Engine(EngineKind.DOCKER, program.get(), Map.of("DOCKER_HOST", "unix://" + socket));
    }

    @AfterAll
    static void stopService() throws Exception {
        if (service != null) {
            service.destroy();
            service.waitFor();
        }
    }

    @Override
    protected Provisioner createWithTwo() {
        return ContainerProvisioner.of(
                docker, Testbed.options(), 2, new ProvisionerContext("test", LeaseLog.unrecorded()));
    }
}
