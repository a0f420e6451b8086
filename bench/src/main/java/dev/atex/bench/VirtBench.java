package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.internal.files.Trees;
import dev.atex.lease.Lease;
import dev.atex.lease.LeaseLog;
import dev.atex.libvirt.VirtProvisionerFactory;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Remote;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.ToDoubleFunction;

/**
 * Virtual machines, beside the same by hand. Needs {@code tools/testbed/libvirt}: {@code ATEX_TEST_VIRSH}, {@code
 * ATEX_TEST_POOL}, {@code ATEX_TEST_XML} and {@code ATEX_TEST_KEY} as that prints them.
 */
final class VirtBench {
    private static final String SESSION = "qemu:///session";
    private static final String IMAGE = "tiny.raw";
    private static final int CREATES = 5;
    private static final int ROUNDS = 3;
    private static final int COMMANDS = 40;
    private static final int AT_ONCE = 10;
    private static final int MANY = 20;
    private static final int MANY_AT_ONCE = 4;
    /** USER_HZ of every Linux that Java runs on. */
    private static final double TICKS = 100;

    private static final Duration LONG = Duration.ofMinutes(10);

    private final String virsh;
    private final String pool;
    private final String xml;
    private final String key;
    private final Path directory;
    /** Leases whose domains have been created. */
    private final BlockingQueue<String> created = new LinkedBlockingQueue<>();

    private VirtBench(Map<String, String> environment, Path directory) {
        virsh = environment.getOrDefault("ATEX_TEST_VIRSH", "");
        pool = environment.getOrDefault("ATEX_TEST_POOL", "");
        xml = environment.getOrDefault("ATEX_TEST_XML", "");
        key = environment.getOrDefault("ATEX_TEST_KEY", "");
        this.directory = directory;
    }

    /** Notices when a domain has been created. */
    private Lease watched(Lease lease) {
        return new Lease() {
            @Override
            public String id() {
                return lease.id();
            }

            @Override
            public void have(Map<String, String> more) {
                if (more.containsKey("uuid")) {
                    created.add(lease.id());
                }
            }

            @Override
            public void releasing() {}

            @Override
            public void gone() {}
        };
    }

    private Provisioner provisioner(int max, boolean warm) throws Exception {
        LeaseLog log = (kind, locator) -> watched(LeaseLog.unrecorded().intend(kind, locator));
        Provisioner provisioner = new VirtProvisionerFactory()
                .create(
                        ProvisionerSpec.parse("virt,program=" + virsh + ",uri=" + SESSION + ",pool=" + pool + ",xml="
                                + xml + ",identity=" + key + ",warm=" + warm + ",max=" + max),
                        new ProvisionerContext("bench", log));
        provisioner.start();
        return provisioner;
    }

    private double created() throws Exception {
        try (Provisioner provisioner = provisioner(1, false)) {
            created.clear();
            return Samples.seconds(() -> {
                provisioner.provision(1);
                created.take();
            });
        }
    }

    /** Creates an overlay and a domain on it. */
    private double createdByHand() throws Exception {
        String volume = "bench-by-hand.qcow2";
        Path file = directory.resolve("by-hand.xml");
        Files.writeString(
                file,
                Files.readString(Path.of(xml))
                        .replace("<name>tiny<", "<name>bench-by-hand<")
                        .replace("type='raw'", "type='qcow2'")
                        .replace(IMAGE, volume));
        String description = Files.readString(file);
        String size = Long.toString(Files.size(Path.of(call("vol-path", "--pool", pool, IMAGE))));
        try {
            return Samples.seconds(() -> {
                call(
                        "vol-create-as",
                        pool,
                        volume,
                        size,
                        "--format",
                        "qcow2",
                        "--backing-vol",
                        IMAGE,
                        "--backing-vol-format",
                        "raw");
                Process create = new ProcessBuilder(virsh, "-q", "-c", SESSION, "create", "/dev/stdin")
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
                create.getOutputStream().write(description.getBytes(StandardCharsets.UTF_8));
                create.getOutputStream().close();
                end(create);
            });
        } finally {
            call("destroy", "bench-by-hand");
            call("vol-delete", "--pool", pool, volume);
        }
    }

    private void create() throws Exception {
        Samples.Pair pair = Samples.takePair(1, CREATES, this::created, this::createdByHand);
        new Row(
                        "a clone is created and started",
                        pair.ours().text(" s"),
                        "`virsh vol-create-as` and `create`: " + pair.floor().text(" s"),
                        pair.ratio(),
                        "1.5x")
                .print();
    }

    /** Seconds until a machine is ready, CPU seconds of its QEMU until then, and the memory of that in MiB. */
    private record Cost(double wall, double cpu, double memory) {}

    private Cost ready(Provisioner provisioner) throws Exception {
        created.clear();
        List<Remote> machine = new ArrayList<>();
        double wall = Samples.seconds(() -> {
            provisioner.provision(1);
            machine.add(provisioner.remote(Deadline.after(LONG)).orElseThrow());
        });
        Path process = process(created.take());
        Cost cost = new Cost(wall, cpu(process), memory(process));
        machine.getFirst().release(Deadline.after(LONG));
        return cost;
    }

    private void ready() throws Exception {
        List<Cost> booted = new ArrayList<>();
        List<Cost> restored = new ArrayList<>();
        try (Provisioner cold = provisioner(1, false);
                Provisioner warm = provisioner(1, true)) {
            saveState(warm);
            for (int i = 0; i < ROUNDS; i++) {
                booted.add(ready(cold));
                restored.add(ready(warm));
            }
        }
        row("a restored machine is ready", restored, booted, Cost::wall, " s", "0.2x");
        row("the same, CPU time of QEMU", restored, booted, Cost::cpu, " s", "0.2x");
        row("the same, memory of QEMU (PSS)", restored, booted, Cost::memory, " MiB", "1.1x");
    }

    /** The first machine saves the state. */
    private static void saveState(Provisioner warm) throws Exception {
        warm.provision(1);
        warm.remote(Deadline.after(LONG)).orElseThrow().release(Deadline.after(LONG));
    }

    private static void row(
            String name,
            List<Cost> restored,
            List<Cost> booted,
            ToDoubleFunction<Cost> figure,
            String unit,
            String goal) {
        Samples ours = Samples.of(restored.stream().mapToDouble(figure).toArray());
        Samples floor = Samples.of(booted.stream().mapToDouble(figure).toArray());
        new Row(
                        name,
                        ours.text(unit),
                        "a booted machine: " + floor.text(unit),
                        Row.ratio(ours.median(), floor.median()),
                        goal)
                .print();
    }

    private static Path process(String lease) {
        return ProcessHandle.allProcesses()
                .map(process -> Path.of("/proc", Long.toString(process.pid())))
                .filter(path -> commandLine(path).contains("guest=atex-" + lease + ","))
                .findFirst()
                .orElseThrow();
    }

    private static String commandLine(Path process) {
        try {
            return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException e) { // it has ended
            return "";
        }
    }

    private static double cpu(Path process) throws IOException {
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
    }

    private static double memory(Path process) throws IOException {
        for (String line : Files.readAllLines(process.resolve("smaps_rollup"))) {
            if (line.startsWith("Pss:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        return Double.NaN;
    }

    private void atOnce() throws Exception {
        try (Provisioner provisioner = provisioner(AT_ONCE, true)) {
            saveState(provisioner);
            double one = ready(provisioner).wall();
            List<Remote> machines = new ArrayList<>();
            double all = Samples.seconds(() -> {
                provisioner.provision(AT_ONCE);
                for (int i = 0; i < AT_ONCE; i++) {
                    machines.add(provisioner.remote(Deadline.after(LONG)).orElseThrow());
                }
            });
            for (Remote each : machines) {
                each.release(Deadline.after(LONG));
            }
            new Row(
                            AT_ONCE + " restored machines at once are ready",
                            Samples.number(all) + " s",
                            AT_ONCE + " times one: " + Samples.number(AT_ONCE * one) + " s",
                            Row.ratio(all, AT_ONCE * one),
                            "1x")
                    .print();
        }
    }

    private void many() throws Exception {
        List<String> before = left();
        double seconds = Samples.seconds(() -> {
            try (Provisioner provisioner = provisioner(MANY_AT_ONCE, true)) {
                provisioner.provision(MANY);
                for (int i = 0; i < MANY; i++) {
                    Remote remote = provisioner.remote(Deadline.after(LONG)).orElseThrow();
                    remote.run(Command.of("true"), Deadline.after(LONG));
                    remote.release(Deadline.after(LONG));
                }
            }
        });
        List<String> left = new ArrayList<>(left());
        left.removeAll(before);
        new Row(
                        MANY + " restored machines made, used and removed, " + MANY_AT_ONCE + " at a time",
                        Samples.number(seconds) + " s",
                        "left: " + left.size(),
                        "",
                        "0 left")
                .print();
    }

    private List<String> left() throws Exception {
        call("pool-refresh", pool);
        return (call("list", "--all", "--name") + "\n" + call("vol-list", pool))
                .lines()
                .map(line -> line.strip().split("\\s+")[0])
                .filter(name -> name.startsWith("atex-") && !name.startsWith("atex-warm-"))
                .toList();
    }

    private void exec() throws Exception {
        try (Provisioner provisioner = provisioner(1, true)) {
            saveState(provisioner);
            created.clear();
            provisioner.provision(1);
            Remote remote = provisioner.remote(Deadline.after(LONG)).orElseThrow();
            String line = commandLine(process(created.take()));
            String port = line.replaceAll("(?s).*hostfwd=tcp:127\\.0\\.0\\.1:(\\d+)-.*", "$1");
            Path socket = directory.resolve("c");
            List<String> ssh = List.of(
                    "ssh",
                    "-F",
                    "none",
                    "-i",
                    key,
                    "-p",
                    port,
                    "-o",
                    "IdentitiesOnly=yes",
                    "-o",
                    "StrictHostKeyChecking=no",
                    "-o",
                    "UserKnownHostsFile=/dev/null",
                    "-o",
                    "LogLevel=ERROR");
            List<String> shared = with(ssh, "-S", socket.toString());
            SshHosts.run(with(shared, "-M", "-f", "-N", "root@127.0.0.1"));
            Samples.Pair pair = Samples.takePair(
                    COMMANDS / 4,
                    COMMANDS,
                    () -> Samples.seconds(() -> remote.run(Command.of("true"), Deadline.after(LONG))),
                    () -> Samples.seconds(() -> SshHosts.run(with(shared, "root@127.0.0.1", "true"))));
            double login = Samples.take(
                            0, ROUNDS, () -> Samples.seconds(() -> SshHosts.run(with(ssh, "root@127.0.0.1", "true"))))
                    .median();
            SshHosts.run(with(shared, "-q", "-O", "exit", "root@127.0.0.1"));
            new Row(
                            "`true` in a machine",
                            pair.ours().times(1000).text(" ms"),
                            "ssh over a control master: "
                                    + pair.floor().times(1000).text(" ms") + "; with a login: "
                                    + Samples.number(login * 1000) + " ms",
                            pair.ratio(),
                            "1x")
                    .print();
        }
    }

    private static List<String> with(List<String> command, String... more) {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(List.of(more));
        return whole;
    }

    private String call(String... arguments) throws IOException, InterruptedException {
        return end(new ProcessBuilder(with(List.of(virsh, "-q", "-c", SESSION), arguments))
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    private static String end(Process process) throws IOException, InterruptedException {
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int code = process.waitFor();
        if (code != 0) {
            throw new IOException("a program of the comparison ended with " + code + ": " + printed);
        }
        return printed;
    }

    /** Prints the rows, or says why there are none. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("atex-bench");
        try {
            VirtBench bench = new VirtBench(System.getenv(), directory);
            if (!Files.isExecutable(Path.of(bench.virsh)) || bench.key.isEmpty()) {
                System.err.println("bench: left out: no virtual machines (set -a; eval \"$(tools/testbed/libvirt)\")");
                return;
            }
            bench.create();
            bench.ready();
            bench.atOnce();
            bench.many();
            bench.exec();
        } finally {
            Trees.delete(directory);
        }
    }
}
