package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseLog;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.lease.ledger.DirectoryReclaimer;
import dev.atex.libvirt.domain.FinalDomain;
import dev.atex.libvirt.install.AnswerFile;
import dev.atex.libvirt.install.InstallException;
import dev.atex.libvirt.install.Installation;
import dev.atex.libvirt.install.VirtInstall;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.VirshException;
import dev.atex.libvirt.virsh.VirshException.Failure;
import dev.atex.libvirt.xml.XmlException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An installation by virt-install: in a domain and a volume of a lease, which become the result when the installer has shut the
 * domain off. Whatever fails leaves nothing.
 *
 * @param address where
 * @param program the name or path of virt-install
 * @param result what is created
 * @param size of the disk in bytes
 * @param format of the disk, {@code raw} or {@code qcow2}
 * @param answers the answers to the installer's questions
 * @param machine the machine during the installation
 */
public record VirtInstallation(
        VirtAddress address,
        String program,
        Result result,
        long size,
        String format,
        Answers answers,
        Machine machine) {
    private static final Duration CONSOLE = Duration.ofSeconds(30);

    /** What is created. */
    public sealed interface Result {}

    /** A volume. */
    public record NewImage(String volume) implements Result {}

    /**
     * A persistent domain and its disk, the volume {@code NAME.FORMAT}.
     *
     * @param name the name of the domain
     * @param memoryMib its memory; empty for that of the installation
     */
    public record NewDomain(String name, Optional<Integer> memoryMib) implements Result {}

    /**
     * The answers to the installer's questions.
     *
     * @param installer the installer
     * @param location the URL of the installation tree
     * @param text the content of the file
     */
    public record Answers(AnswerFile.Installer installer, String location, String text) {}

    /**
     * The machine during the installation.
     *
     * @param memoryMib memory in MiB
     * @param cpus the number of processors
     * @param firmware the firmware
     * @param arch the architecture to emulate; empty for that of the host
     * @param network the value of {@code --network}; empty to let virt-install choose
     */
    public record Machine(
            int memoryMib, int cpus, Installation.Firmware firmware, Optional<String> arch, Optional<String> network) {}

    /** Returns the name of the volume that is created. */
    public String volume() {
        return switch (result) {
            case NewImage(String volume) -> volume;
            case NewDomain(String name, var _) -> name + "." + format;
        };
    }

    /**
     * Installs.
     *
     * @param output receives what virt-install prints
     * @param notices receives messages for the user
     */
    public void run(OutputStream output, Consumer<String> notices, LeaseLog leases, Deadline deadline)
            throws IOException, VirshException, InstallException, LeaseException, InterruptedException {
        Pool pool = address.find(deadline);
        checkFree(pool, deadline);
        Path parent = Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
        Map<String, String> locator = DirectoryReclaimer.locator(parent);
        Lease lease = leases.intend(DirectoryReclaimer.KIND, locator);
        Path directory = DirectoryReclaimer.create(locator, lease.id());
        try {
            AnswerFile file = new AnswerFile(
                    answers.installer(),
                    switch (answers.installer()) {
                        case ANACONDA -> "ks.cfg";
                        case DEBIAN -> "preseed.cfg";
                    });
            Files.writeString(directory.resolve(file.name()), answers.text());
            LeasedWork.<Boolean, InstallException>run(pool, leases, true, size, format, deadline, temporary -> {
                install(pool, temporary, file, directory, output, notices, deadline);
                finish(pool, temporary, deadline);
                return true;
            });
        } finally {
            DirectoryReclaimer.remove(directory);
            lease.gone();
        }
    }

    private void checkFree(Pool pool, Deadline deadline) throws VirshException, InterruptedException {
        ImageStore.checkFree(pool, volume(), deadline);
        if (result instanceof NewDomain(String name, var _)) {
            try {
                pool.virsh().call(deadline, "domstate", "--domain=" + name);
            } catch (VirshException e) {
                if (e.failure() == Failure.NO_DOMAIN) {
                    return;
                }
                throw e;
            }
            throw new VirshException(
                    Failure.EXISTS,
                    "there is a domain '" + name + "' at " + pool.virsh().host()
                            + " already: choose another name, or remove it with 'virsh undefine " + name
                            + " --remove-all-storage --nvram'");
        }
    }

    private void install(
            Pool pool,
            LeasedMachine temporary,
            AnswerFile file,
            Path directory,
            OutputStream output,
            Consumer<String> notices,
            Deadline deadline)
            throws VirshException, InstallException, InterruptedException {
        pool.createEmpty(temporary.console(), deadline);
        String console = pool.path(temporary.console());
        Installation installation = new Installation(
                temporary.domain(),
                false,
                answers.location(),
                "vol=" + pool.name() + "/" + temporary.overlay(0) + ",format=" + format + ",bus=virtio,discard=unmap",
                file,
                machine.memoryMib(),
                machine.cpus(),
                machine.firmware(),
                machine.arch(),
                machine.network(),
                Optional.of(new Installation.Background(temporary.uuid(), console)));
        notices.accept("installing in domain " + temporary.domain() + "; its console is written to " + console
                + (pool.virsh().isLocal() ? "" : " of the host"));
        try {
            CrashPoints.reached("virt before virt-install");
            VirtInstall.run(program, pool.virsh(), directory, installation.arguments(), output, deadline);
            CrashPoints.reached("virt after virt-install");
        } catch (InstallException e) {
            throw new InstallException(e.getMessage() + ConsoleLog.end(temporary, Deadline.after(CONSOLE)));
        }
    }

    private void finish(Pool pool, LeasedMachine temporary, Deadline deadline)
            throws VirshException, InstallException, InterruptedException {
        String state = pool.virsh().call(deadline, "domstate", temporary.uuid());
        if (!state.equals("shut off")) {
            throw new InstallException("virt-install has ended, but the domain is '" + state
                    + "': the installer must shut it off" + ConsoleLog.end(temporary, Deadline.after(CONSOLE)));
        }
        String xml = pool.virsh().call(deadline, "dumpxml", temporary.uuid(), "--inactive", "--security-info");
        pool.publish(temporary.overlay(0), volume(), deadline);
        if (result instanceof NewDomain(String name, Optional<Integer> memory)) {
            boolean defined = false;
            try {
                pool.virsh()
                        .callWith(
                                FinalDomain.of(xml, name, pool.path(volume()), memory),
                                deadline,
                                "define",
                                "/dev/stdin");
                defined = true;
            } catch (XmlException e) {
                throw new InstallException("cannot read the description of the installed domain: " + e.getMessage());
            } finally {
                if (!defined) {
                    pool.delete(volume(), Deadline.after(CONSOLE));
                }
            }
        }
    }
}
