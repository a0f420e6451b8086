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
 * Makes an image whose containers boot from one that is made for single programs: an init system and what tests need is
 * installed with dnf5, dnf, yum, apt-get or zypper (systemd) or apk (OpenRC). Immutable.
 *
 * @param engine makes it
 * @param base what it is made from, and how the container in which it is made is run
 * @param packages what to install besides
 */
public record ImageBuilder(Engine engine, ContainerOptions base, List<String> packages) {
    private static final Duration LONGEST = Duration.ofHours(1);

    /** Copies its arguments. */
    public ImageBuilder {
        packages = List.copyOf(packages);
    }

    /**
     * Makes it.
     *
     * @param tag the name it gets
     * @param context the run that does this; the container is one of its leases
     * @param log what the package tool says goes there, as it comes
     * @throws ProvisionException it could not be made; the log may say why
     */
    public void build(String tag, ProvisionerContext context, OutputStream log)
            throws ProvisionException, ReleaseException, InterruptedException {
        Image image = new Image(engine, base);
        image.check();
        try (ContainerReservation container = new ContainerReservation("image", engine, base, image, context)) {
            install(container.reserve(), log);
            commit(container.id(), tag);
        } catch (ConnectionException | IOException e) {
            throw new ProvisionException("cannot make the image '" + tag + "': " + e.getMessage(), e);
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
                throw new ProvisionException("the packages for it could not be installed in " + base.image() + " ("
                        + exit + "): see what the package tool said");
            }
        }
    }

    /** Waits for the rest of what was said. */
    private static void join(TaskScope.Task<Long> reading, Deadline deadline) throws IOException, InterruptedException {
        try {
            long _ = reading.join(deadline);
        } catch (ExecutionException e) {
            throw new IOException("what the package tool says cannot be written: " + e.getCause(), e);
        } catch (TimeoutException e) {
            return; // something that was installed holds it open
        }
    }

    private void commit(String container, String tag) throws EngineException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "commit", "--change=ENTRYPOINT []", "--change=CMD [\"/sbin/init\"]", "--change=STOPSIGNAL SIGRTMIN+3"));
        // an image has the labels of the container that it is made of, and so would everything that is made of the
        // image
        Containers.LABELS.forEach(label -> arguments.add("--change=LABEL " + label + "=\"\""));
        arguments.addAll(List.of(container, tag));
        engine.call(Deadline.after(LONGEST), arguments);
    }

    /** What is run in the container. */
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
