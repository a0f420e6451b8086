package dev.atex.podman;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.Output;
import dev.atex.connection.RemoteProcess;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.provisioner.ProvisionException;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ReleaseException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/**
 * Builds an image whose containers boot, from an image for single programs: installs an init system and the programs that
 * tests need with dnf5, dnf, yum, apt-get or zypper (systemd) or apk (OpenRC). Immutable.
 *
 * @param engine the engine that builds it
 * @param base the base image, and the settings of the container in which the packages are installed
 * @param packages more packages to install
 */
public record ImageBuilder(Engine engine, ContainerOptions base, List<String> packages) {
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Copies the list. */
    public ImageBuilder {
        packages = List.copyOf(packages);
    }

    /**
     * Builds the image.
     *
     * @param tag its name
     * @param context the run that builds it and has the lease of the container
     * @param log receives the output of the package tool as it comes
     * @throws ProvisionException if the build failed; the log may contain the reason
     */
    public void build(String tag, ProvisionerContext context, OutputStream log)
            throws ProvisionException, ReleaseException, InterruptedException {
        Image image = new Image(engine, base);
        image.check();
        try (ContainerReservation container = new ContainerReservation("image", engine, base, image, context)) {
            install(container.reserve(), log);
            commit(container.id(), tag);
        } catch (ConnectionException | IOException e) {
            throw new ProvisionException("cannot build the image '" + tag + "': " + e.getMessage(), e);
        } catch (EngineException e) {
            throw new ProvisionException(String.valueOf(e.getMessage()), e);
        }
    }

    private void install(Connection connection, OutputStream log)
            throws ConnectionException, IOException, ProvisionException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of("sh", "-c", script(), "sh"));
        argv.addAll(packages);
        Deadline deadline = Deadline.after(LONGEST);
        try (TaskScope scope = TaskScope.open("image");
                RemoteProcess installing = connection.start(Command.of(argv).withStderr(Output.discard()))) {
            TaskScope.Task<Long> reading =
                    scope.forkPlatform("log", () -> installing.stdout().transferTo(log));
            Exit exit = installing.await(deadline);
            if (exit instanceof Exit.Code) {
                join(reading, deadline);
            }
            if (!exit.equals(new Exit.Code(0))) {
                throw new ProvisionException("cannot install the packages in " + base.image() + " (" + exit
                        + "): see the output of the package tool");
            }
        }
    }

    /** Waits for the rest of the output. */
    private static void join(TaskScope.Task<Long> reading, Deadline deadline) throws IOException, InterruptedException {
        try {
            long _ = reading.join(deadline);
        } catch (ExecutionException e) {
            throw new IOException("cannot write the output of the package tool: " + e.getCause(), e);
        } catch (TimeoutException e) {
            return; // an installed service keeps the stream open
        }
    }

    private void commit(String container, String tag) throws EngineException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "commit", "--change=ENTRYPOINT []", "--change=CMD [\"/sbin/init\"]", "--change=STOPSIGNAL SIGRTMIN+3"));
        // commit copies the labels of the container, and every container of the image would have them
        Containers.LABELS.forEach(label -> arguments.add("--change=LABEL " + label + "=\"\""));
        arguments.addAll(List.of(container, tag));
        engine.call(Deadline.after(LONGEST), arguments);
    }

    /** Returns the script that runs in the container. */
    static String script() {
        try (InputStream resource = ImageBuilder.class.getResourceAsStream("image.sh")) {
            if (resource == null) {
                throw new IllegalStateException("image.sh is missing in this build");
            }
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
