package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.files.Trees;
import dev.atex.libvirt.storage.Pool;
import dev.atex.libvirt.virsh.Virsh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A {@code qemu:///session} of one test class, whose daemon may be killed, with a pool and a blank image. Its machines are paused, so
 * they need hardly any processor time, and never answer.
 */
final class OwnSession implements AutoCloseable {
    static final String IMAGE = "blank.raw";

    private static final String URI = "qemu:///session";
    private static final String POOL = "own";
    /** In bytes. */
    private static final int SIZE = 1 << 20;

    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final String PAUSED = """
            #!/bin/sh
            for argument; do
              shift
              case $argument in 'create --autodestroy '*) argument="create --paused ${argument#create }" ;; esac
              set -- "$@" "$argument"
            done
            exec REAL "$@"
            """;

    private final Path directory;
    private final Virsh virsh;

    private OwnSession(Path directory, Virsh virsh) {
        this.directory = directory;
        this.virsh = virsh;
    }

    /** Starts a session. Skips the test if virtual machines are not possible here. */
    static OwnSession start() throws Exception {
        Path original = Testbed.virsh().program();
        Path cache = original.getParent().getParent();
        // sockets need a short path
        Path directory = Files.createTempDirectory(Path.of("/tmp"), "av-");
        for (String each : List.of("run", "home", "pool")) {
            Files.createDirectory(directory.resolve(each));
        }
        String script = Files.readString(original);
        String run = script.replaceFirst("(?s).*XDG_RUNTIME_DIR=(\\S+).*", "$1");
        write(
                directory.resolve("real"),
                script.replace(run, directory + "/run").replace(cache + "/home", directory + "/home"));
        write(directory.resolve("virsh"), PAUSED.replace("REAL", directory + "/real"));
        try (var blank = new java.io.RandomAccessFile(
                directory.resolve("pool").resolve(IMAGE).toFile(), "rw")) {
            blank.setLength(SIZE);
        }
        // what QEMU can do is the same, and takes long to find out
        Path capabilities = cache.resolve("home/.cache/libvirt/qemu/cache/capabilities");
        if (Files.exists(capabilities)) {
            Path copy = Files.createDirectories(directory.resolve("home/.cache/libvirt/qemu/cache"));
            command("cp", "-a", capabilities.toString(), copy.toString());
        }
        if ("root".equals(System.getProperty("user.name"))) {
            command("chown", "-R", "nobody:nogroup", directory.toString());
        }
        OwnSession session = new OwnSession(directory, Virsh.find(directory + "/real", Optional.of(URI)));
        session.call("pool-define-as", POOL, "dir", "--target", directory + "/pool");
        session.call("pool-autostart", POOL);
        session.call("pool-start", POOL);
        Files.writeString(directory.resolve("blank.xml"), """
                <domain type='qemu'>
                  <memory unit='MiB'>32</memory>
                  <os><type arch='x86_64' machine='pc'>hvm</type></os>
                  <features><acpi/><tcg><tb-cache unit='MiB'>16</tb-cache></tcg></features>
                  <devices>
                    <disk type='volume' device='disk'>
                      <source pool='own' volume='blank.raw'/><target dev='vda' bus='virtio'/>
                    </disk>
                    <controller type='usb' model='none'/>
                    <memballoon model='none'/>
                  </devices>
                </domain>
                """);
        return session;
    }

    private static void write(Path program, String script) throws IOException {
        Files.writeString(program, script);
        if (!program.toFile().setExecutable(true, false)) {
            throw new IOException("cannot make " + program + " executable");
        }
    }

    private static void command(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": exit code " + process.exitValue());
        }
    }

    Path directory() {
        return directory;
    }

    Virsh virsh() {
        return virsh;
    }

    Pool pool() throws Exception {
        return Pool.find(virsh, POOL, Deadline.after(LONGEST));
    }

    /** Returns a specification for paused machines. */
    String spec(String bootWait) {
        return "virt,program=" + directory + "/virsh,uri=" + URI + ",pool=" + POOL + ",xml=" + directory
                + "/blank.xml,boot-wait=" + bootWait + ",identity=" + Testbed.key();
    }

    String call(String... arguments) throws Exception {
        return virsh.call(Deadline.after(LONGEST), arguments);
    }

    /** Starts a paused domain that belongs to nobody we know. */
    void startForeign(String name) throws Exception {
        virsh.callWith(
                "<domain type='qemu'><name>" + name + "</name><memory unit='MiB'>32</memory>"
                        + "<os><type arch='x86_64' machine='pc'>hvm</type></os></domain>",
                Deadline.after(LONGEST),
                "create",
                "--paused",
                "/dev/stdin");
    }

    List<String> domains() throws Exception {
        return call("list", "--all", "--name")
                .lines()
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
    }

    /** Returns the files in the directory of the pool, whether the daemon knows them or not. */
    List<String> volumes() throws IOException {
        return files(directory.resolve("pool"));
    }

    /** Returns the logs and variables of machines. */
    List<String> logsAndVariables() throws IOException {
        List<String> all = new ArrayList<>();
        for (String each : List.of(".cache/libvirt/qemu/log", ".config/libvirt/qemu/nvram")) {
            all.addAll(files(directory.resolve("home").resolve(each)));
        }
        return all;
    }

    private static List<String> files(Path below) throws IOException {
        if (!Files.exists(below)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(below)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** Returns the processes of QEMU of domains whose name begins like this. */
    List<ProcessHandle> machines(String name) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info()
                        .commandLine()
                        .filter(line -> line.contains("-name guest=" + name) && line.contains(directory + "/"))
                        .isPresent())
                .toList();
    }

    /** Returns the daemon, if it is running. */
    Optional<ProcessHandle> daemon() throws IOException {
        Path file = directory.resolve("run/libvirt/libvirtd.pid");
        return Files.exists(file)
                ? ProcessHandle.of(Long.parseLong(Files.readString(file).strip()))
                : Optional.empty();
    }

    static void kill(List<ProcessHandle> processes) throws Exception {
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle each : processes) {
            each.onExit().get(1, TimeUnit.MINUTES);
        }
    }

    @Override
    public void close() throws Exception {
        for (String domain : domains()) {
            call("destroy", domain);
        }
        for (String daemon : List.of("libvirtd", "virtlogd")) {
            Path file = directory.resolve("run/libvirt").resolve(daemon + ".pid");
            if (Files.exists(file)) {
                kill(ProcessHandle.of(Long.parseLong(Files.readString(file).strip())).stream()
                        .toList());
            }
        }
        Trees.delete(directory);
    }
}
