package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.libvirt.install.InstallException;
import dev.atex.libvirt.install.Installation;
import java.io.OutputStream;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * The installation of an image on a shared host: in a transient domain {@code installing-NAME} on a volume {@code NAME-temp},
 * which becomes the image at the end. The existence of that volume keeps others from installing the same image at the same time.
 *
 * @param helper where, and how to start helpers
 * @param user the user's name for others
 * @param image the name of the image
 * @param pool its pool
 * @param format {@code raw} or {@code qcow2}
 * @param size in bytes
 * @param kickstart the kickstart file
 * @param template the installation; its name and disk are replaced
 * @param reserve a domain to reserve and destroy first, for its memory: empty for none, {@code .*} for any
 * @param replacesTemporary true if the volume of an installation that was killed is replaced
 */
public record ImageInstallation(
        HelperAddress helper,
        String user,
        String image,
        String pool,
        String format,
        long size,
        String kickstart,
        Installation template,
        Optional<String> reserve,
        boolean replacesTemporary) {
    /** The name of the kickstart file. */
    public static final String KICKSTART = "ks.cfg";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,99}");
    private static final Duration CLEAN_UP = Duration.ofMinutes(2);
    private static final Duration ASK_AGAIN = Duration.ofMillis(500);

    /** Returns true if this can be the name of an image or pool: other names have a meaning for virt-install or file systems. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    private String temporary() {
        return image + "-temp";
    }

    private String domain() {
        return "installing-" + image;
    }

    private Installation installation() {
        return new Installation(
                domain(),
                true,
                template.location(),
                "vol=" + pool + "/" + temporary() + ",discard=unmap",
                KICKSTART,
                template.memory(),
                template.cpus(),
                template.firmware(),
                template.arch(),
                template.network());
    }

    /**
     * Installs the image. If that fails or is interrupted, the domain and the volume are removed.
     *
     * @param console receives the output of the installer
     * @param notices receives messages for the user
     */
    public void run(OutputStream console, Consumer<String> notices, Deadline deadline)
            throws HelperException, InstallException, InterruptedException {
        List<String> arguments = installation().arguments();
        boolean created = false;
        boolean installed = false;
        VirtHelper used = VirtHelper.start(helper, user, deadline);
        try {
            checkNobodyInstalls(used, deadline);
            if (reserve.isPresent()) {
                makeRoom(used, reserve.get(), notices, deadline);
            }
            created = createVolume(used, deadline);
            used.upload(KICKSTART, kickstart.getBytes(StandardCharsets.UTF_8), deadline);
            used.virtInstall(arguments, console, deadline);
            used.moveVolume(pool, temporary(), image, deadline);
            installed = true;
        } finally {
            if (created && !installed) {
                used.close(); // ends virt-install
                cleanUp(notices);
            }
            used.close();
        }
    }

    private void checkNobodyInstalls(VirtHelper used, Deadline deadline) throws HelperException, InterruptedException {
        boolean installs =
                used.virsh(deadline, "list", "--all", "--name").lines().anyMatch(domain()::equals);
        if (installs) {
            throw refused("image '" + image + "' is being installed by another user now: there is a domain '" + domain()
                    + "'");
        }
    }

    private boolean createVolume(VirtHelper used, Deadline deadline) throws HelperException, InterruptedException {
        try {
            used.createVolume(pool, temporary(), size, format, replacesTemporary, deadline);
            return true;
        } catch (HelperRefusedException e) {
            if (e.reply().contains("already exists")) {
                throw refused(
                        "pool '" + pool + "' has a volume '" + temporary() + "': another user is about to install '"
                                + image + "', or an installation of it was killed (then give --replace-temp)");
            }
            throw e;
        }
    }

    private HelperRefusedException refused(String message) {
        return new HelperRefusedException(helper + ": " + message, "", HelperRefusedException.Extent.DOMAIN);
    }

    private void makeRoom(VirtHelper used, String filter, Consumer<String> notices, Deadline deadline)
            throws HelperException, InterruptedException {
        Optional<String> any = Optional.of(filter).filter(text -> !text.equals(".*"));
        Optional<String> reserved = used.reserve(any, deadline);
        if (reserved.isEmpty()) {
            notices.accept("waiting for a free domain of " + helper);
        }
        while (reserved.isEmpty()) {
            if (deadline.isExpired()) {
                throw refused("no domain became free in time");
            }
            Thread.sleep(deadline.orAfter(Pace.USUAL.pause()).remaining());
            reserved = used.reserve(any, deadline);
        }
        notices.accept("reserved domain '" + reserved.get() + "', and shut it off");
        new SharedDomain(used, reserved.get()).shutOff(deadline);
    }

    /** Removes the domain and the volume; keeps a pending interrupt for later. */
    private void cleanUp(Consumer<String> notices) {
        boolean interrupted = Thread.interrupted();
        Deadline deadline = Deadline.after(CLEAN_UP);
        try (VirtHelper next = VirtHelper.start(helper, user, deadline)) {
            while (next.virsh(deadline, "list", "--all", "--name").lines().anyMatch(domain()::equals)) {
                try {
                    String _ = next.virsh(deadline, "destroy", "--domain=" + domain());
                } catch (HelperRefusedException e) {
                    SharedHost.LOG.log(Level.DEBUG, () -> "it may be gone already: " + e.getMessage());
                }
                Thread.sleep(deadline.orAfter(ASK_AGAIN).remaining());
            }
            String _ = next.virsh(deadline, "vol-delete", "--pool=" + pool, "--vol=" + temporary());
        } catch (HelperException e) {
            notices.accept("volume '" + temporary() + "' of pool '" + pool + "' may be left: " + e.getMessage());
        } catch (InterruptedException e) {
            interrupted = true;
            notices.accept("volume '" + temporary() + "' of pool '" + pool + "' may be left: interrupted");
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
