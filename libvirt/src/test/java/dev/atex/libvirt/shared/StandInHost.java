package dev.atex.libvirt.shared;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.files.Trees;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A shared host on this one: stand-ins of the helper and of virsh (tools/testbed/shvirt). Its domains {@code vm1}, {@code vm2},
 * ... are servers of OpenSSH on ports of the loopback address.
 */
final class StandInHost implements AutoCloseable {
    /** Short times, so that tests are fast. */
    static final Pace FAST =
            new Pace(Duration.ofMillis(50), Duration.ofMillis(250), Duration.ofMillis(300), Duration.ofSeconds(30));

    private static final String SSHD = "/usr/sbin/sshd";

    private final Path directory;

    private StandInHost(Path directory) {
        this.directory = directory;
    }

    /** Creates a host with this number of domains. Skips the test if that is not possible. */
    static StandInHost up(int domains) throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "sshd for any user needs root");
        for (String program : List.of(SSHD, "/usr/bin/python3", "/usr/bin/ssh-keygen")) {
            assumeTrue(Files.isExecutable(Path.of(program)), program + " is not installed");
        }
        StandInHost host = new StandInHost(Files.createTempDirectory("atex-shvirt-"));
        Files.createDirectories(Path.of("/run/sshd"));
        for (String each : List.of("pool", "domains", "run", "faults", "state", "helper-faults")) {
            Files.createDirectory(host.directory.resolve(each));
        }
        for (String key : List.of("host-key", "id")) {
            host.call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host.path(key));
        }
        Files.writeString(host.directory.resolve("sshd_config"), """
                ListenAddress 127.0.0.1
                HostKey DIR/host-key
                AuthorizedKeysFile DIR/id.pub
                StrictModes no
                UsePAM no
                PermitRootLogin yes
                PasswordAuthentication no
                PidFile none
                MaxStartups 100
                """.replace("DIR", host.directory.toString()));
        Files.writeString(host.directory.resolve("pool/image.raw"), "the image");
        for (int i = 1; i <= domains; i++) {
            host.define("vm" + i, freePort(), "127.0.0.1", "");
        }
        return host;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Lets the machines, which are this one, report a UUID: the file that has it cannot be written. */
    void uuidOfMachines(String uuid) throws IOException {
        Path programs = Files.createDirectories(directory.resolve("programs"));
        Path cat = Files.writeString(programs.resolve("cat"), """
                #!/bin/sh
                [ "$1" != /sys/class/dmi/id/product_uuid ] || exec echo %s
                exec /bin/cat "$@"
                """.formatted(uuid));
        Files.setPosixFilePermissions(cat, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                directory.resolve("sshd_config"),
                "SetEnv HOME=" + directory + " PATH=" + programs + ":/usr/sbin:/usr/bin:/sbin:/bin\n",
                StandardOpenOption.APPEND);
    }

    /** Defines a domain. */
    void define(String name, int port, String address, String more) throws IOException {
        Files.writeString(directory.resolve("pool").resolve(name + ".raw"), "old");
        Files.writeString(
                directory.resolve("domains").resolve(name + ".xml"), """
                <domain type='qemu'>
                  <name>%s</name>%s
                  <metadata></metadata>
                  <devices>
                    <disk type='volume'><source pool='default' volume='%s.raw'/></disk>
                    <interface type='user'><backend type='passt'/>
                      <portForward proto='tcp' address='%s'><range start='%d' to='22'/></portForward>
                    </interface>
                  </devices>
                </domain>
                """.formatted(name, more, name, address, port));
    }

    private String path(String name) {
        return directory.resolve(name).toString();
    }

    Path directory() {
        return directory;
    }

    private static Path program(String name) {
        Path here = Path.of("").toAbsolutePath().resolve("tools/testbed/shvirt").resolve(name);
        return Files.exists(here)
                ? here
                : Path.of("")
                        .toAbsolutePath()
                        .resolveSibling("tools/testbed/shvirt")
                        .resolve(name);
    }

    /** Returns the command of the helper. */
    List<String> helper() {
        return List.of(
                "env",
                "ATEX_HELPER_STATE=" + path("state"),
                "ATEX_HELPER_VIRSH=" + program("virsh"),
                "ATEX_HELPER_VIRT_INSTALL=" + path("virt-install"),
                "ATEX_HELPER_FAULTS=" + path("helper-faults"),
                "ATEX_HELPER_LOG=" + path("requests"),
                "STANDIN_VIRSH=" + directory,
                program("atex-virt-helper").toString(),
                "qemu:///session");
    }

    HelperAddress address() {
        return new HelperAddress(Optional.empty(), helper(), SshOptions.defaults());
    }

    /** Starts an SSH server on this host and writes an ssh_config file in which it is {@code shared-host}. */
    Process server() throws IOException, InterruptedException {
        int port = freePort();
        Files.writeString(
                directory.resolve("ssh_config"),
                "Host shared-host\n  HostName 127.0.0.1\n  Port " + port + "\n  User root\n  IdentityFile " + path("id")
                        + "\n  StrictHostKeyChecking no\n  UserKnownHostsFile " + path("known_hosts") + "\n");
        Process server = new ProcessBuilder(SSHD, "-D", "-f", path("sshd_config"), "-o", "Port=" + port)
                .redirectOutput(directory.resolve("server.log").toFile())
                .redirectErrorStream(true)
                .start();
        while (server.isAlive()) {
            try (Socket _ = new Socket("127.0.0.1", port)) {
                return server;
            } catch (ConnectException e) {
                Thread.sleep(20); // it does not listen yet
            }
        }
        throw new IOException(Files.readString(directory.resolve("server.log")));
    }

    /** Returns a specification of the provisioner, with these options too. */
    ProvisionerSpec spec(String... options) throws Exception {
        String helper = String.join(";", helper());
        return ProvisionerSpec.parse("shvirt,image=image.raw,identity=" + path("id") + ",boot-wait=60s,helper=" + helper
                + Stream.of(options).map(option -> "," + option).reduce("", String::concat));
    }

    SharedHost host(LeaseLog leases, String... options) throws Exception {
        ProvisionerSpec spec = SharedSettings.absolute(spec(options));
        return new SharedHost(spec, SharedSettings.of(spec), FAST, new ProvisionerContext("test", leases));
    }

    /** Makes a request of the helper go wrong, as the stand-in describes. */
    void helperFault(String request, String fault) throws IOException {
        Files.writeString(directory.resolve("helper-faults").resolve(request), fault);
    }

    /** Makes a command of virsh fail. */
    void virshFault(String command, String message) throws IOException {
        Files.writeString(directory.resolve("faults").resolve(command), message);
    }

    void noFaults() throws IOException {
        for (String each : List.of("faults", "helper-faults")) {
            try (Stream<Path> files = Files.list(directory.resolve(each))) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** Returns the requests that helpers executed. */
    List<String> requests() throws IOException {
        Path log = directory.resolve("requests");
        return Files.exists(log) ? Files.readAllLines(log) : List.of();
    }

    String xml(String domain) throws IOException {
        return Files.readString(directory.resolve("domains").resolve(domain + ".xml"));
    }

    void setMark(String domain, LeaseMark mark) throws IOException {
        String element = DomainXml.element(mark)
                .replace("<machine ", "<atex:machine xmlns:atex=\"" + LeaseMark.NAMESPACE + "\" ");
        Files.writeString(
                directory.resolve("domains").resolve(domain + ".xml"),
                xml(domain).replace("<metadata></metadata>", "<metadata>" + element + "</metadata>"));
    }

    static LeaseMark mark(String lease, Instant expires) {
        return new LeaseMark(lease, "run", "somebody", expires);
    }

    private ProcessBuilder virshCommand(String... args) {
        List<String> argv = new ArrayList<>(List.of(program("virsh").toString(), "-q"));
        argv.addAll(List.of(args));
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().put("STANDIN_VIRSH", directory.toString());
        return builder;
    }

    String virsh(String... args) throws IOException, InterruptedException {
        Process process = virshCommand(args).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            throw new IOException("virsh hangs");
        }
        return output.strip();
    }

    private void call(String... argv) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(argv).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", argv));
        }
    }

    /** Returns the domains that run. */
    List<String> running() throws IOException, InterruptedException {
        List<String> running = new ArrayList<>();
        for (String each :
                virsh("list", "--all", "--persistent", "--name").lines().toList()) {
            if (virsh("domstate", each).equals("running")) {
                running.add(each);
            }
        }
        return running;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        noFaults();
        for (String each : running()) {
            virsh("destroy", each);
        }
        Trees.delete(directory);
    }
}
