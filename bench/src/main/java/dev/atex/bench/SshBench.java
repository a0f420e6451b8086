package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.ssh.DelayedPort;
import dev.atex.connection.ssh.SshConnection;
import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.executor.Executor;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.FmfExecutorFactory;
import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Hosts over SSH, beside the OpenSSH client with a control master. */
final class SshBench {
    private static final int EXECS = 50;
    private static final int WARM_UPS = 10;
    private static final int ROUNDS = 7;
    private static final int HOSTS = 200;
    private static final int MASTERS = 10;
    private static final Duration ONE_WAY = Duration.ofMillis(50);
    private static final String HOST = "sut1";
    /** USER_HZ of every Linux that Java runs on. */
    private static final double TICKS = 100;

    private final SshHosts hosts;
    private final Path directory;
    private final Path socket;

    private SshBench(SshHosts hosts, Path directory) {
        this.hosts = hosts;
        this.directory = directory;
        this.socket = directory.resolve("c");
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }

    private SshConnection connected(SshOptions options) throws Exception {
        SshConnection connection = new SshConnection(HOST, options);
        connection.connect(soon());
        return connection;
    }

    private List<String> ssh(Path control, String... words) {
        List<String> command = new ArrayList<>(
                List.of("ssh", "-F", hosts.directory().resolve("config").toString()));
        command.addAll(List.of("-S", control.toString()));
        command.addAll(List.of(words));
        return command;
    }

    private void master(Path control) throws Exception {
        SshHosts.run(ssh(control, "-M", "-f", "-N", HOST));
    }

    private void end(Path control) throws Exception {
        SshHosts.run(ssh(control, "-q", "-O", "exit", HOST));
    }

    private void exec() throws Exception {
        master(socket);
        try (SshConnection connection = connected(hosts.options())) {
            List<String> client = ssh(socket, HOST, "true");
            long master = pidOf(socket);
            List<Double> cpu = new ArrayList<>();
            List<Double> cpuOfMaster = new ArrayList<>();
            Samples.Pair wall = Samples.takePair(
                    WARM_UPS,
                    ROUNDS,
                    () -> {
                        double before = ownCpu();
                        double seconds = Samples.seconds(() -> {
                            for (int i = 0; i < EXECS; i++) {
                                connection.run(Command.of("true"), soon());
                            }
                        });
                        cpu.add((ownCpu() - before) / EXECS);
                        return seconds / EXECS;
                    },
                    () -> {
                        double before = childrenCpu() + cpuOf(master);
                        double seconds = Samples.seconds(() -> {
                            for (int i = 0; i < EXECS; i++) {
                                SshHosts.run(client);
                            }
                        });
                        cpuOfMaster.add((childrenCpu() + cpuOf(master) - before) / EXECS);
                        return seconds / EXECS;
                    });
            new Row(
                            "`true` on an open connection",
                            wall.ours().times(1e3).text(" ms"),
                            "ssh over a control master: "
                                    + wall.floor().times(1e3).text(" ms"),
                            wall.ratio(),
                            "0.65x")
                    .print();
            Samples.Pair times = new Samples.Pair(afterWarmUps(cpu), afterWarmUps(cpuOfMaster));
            new Row(
                            "the same, CPU time on this side",
                            times.ours().times(1e3).text(" ms"),
                            "ssh over a control master: "
                                    + times.floor().times(1e3).text(" ms"),
                            times.ratio(),
                            "0.3x")
                    .print();
        } finally {
            end(socket);
        }
    }

    private static Samples afterWarmUps(List<Double> values) {
        return Samples.of(
                values.stream().skip(WARM_UPS).mapToDouble(Double::doubleValue).toArray());
    }

    private long pidOf(Path control) throws Exception {
        Process check = new ProcessBuilder(ssh(control, "-O", "check", HOST))
                .redirectErrorStream(true)
                .start();
        String said = new String(check.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return Long.parseLong(said.replaceAll("(?s).*pid=(\\d+).*", "$1"));
    }

    /** Seconds of user and system time: of fields 14 and 15, or of 16 and 17 for children that were waited for. */
    private static double cpu(String process, int field) throws IOException {
        String stat = Files.readString(Path.of("/proc", process, "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[field - 3]) + Long.parseLong(fields[field - 2])) / TICKS;
    }

    private static double ownCpu() throws IOException {
        return cpu("self", 14);
    }

    private static double childrenCpu() throws IOException {
        return cpu("self", 16);
    }

    private static double cpuOf(long pid) throws IOException {
        return cpu(Long.toString(pid), 14);
    }

    /** Memory that is ours alone, in MiB. */
    private static double privateMemory(String process) throws IOException {
        long kib = 0;
        for (String line : Files.readAllLines(Path.of("/proc", process, "smaps_rollup"))) {
            if (line.startsWith("Private_")) {
                kib += Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return kib / 1024.0;
    }

    /** A connection that has been used. */
    private SshConnection open() throws Exception {
        SshConnection connection = connected(hosts.options());
        connection.run(Command.of("true"), soon());
        return connection;
    }

    private void idle() throws Exception {
        List<SshConnection> connections = new ArrayList<>();
        try {
            for (int i = 0; i < MASTERS; i++) { // what logging in leaves as garbage is no memory of a connection
                open().close();
            }
            System.gc();
            double before = privateMemory("self");
            for (int i = 0; i < HOSTS; i++) {
                connections.add(open());
            }
            System.gc();
            double all = privateMemory("self");
            double ours = all - before;
            double masters = 0;
            for (int i = 0; i < MASTERS; i++) {
                Path control = directory.resolve("c" + i);
                master(control);
                masters += privateMemory(Long.toString(pidOf(control)));
                end(control);
            }
            double floor = masters / MASTERS * HOSTS;
            new Row(
                            "200 hosts with an idle connection each, what this JVM (`-Xms16m`) grows by",
                            Samples.number(ours) + " MiB (to " + Samples.number(all) + ")",
                            "200 times the private memory of an ssh master: " + Samples.number(floor) + " MiB",
                            Row.ratio(ours, floor),
                            "0.1x")
                    .print();
        } finally {
            connections.forEach(SshConnection::close);
        }
    }

    private void upload() throws Exception {
        Path tree = UploadBench.tree(directory.resolve("tree"));
        master(socket);
        try (SshConnection connection = connected(hosts.options())) {
            String shell = "ssh -S " + socket;
            // Each into a directory of its own, and nothing left to be written: for seconds after a deletion ext4 makes
            // files slowly.
            AtomicInteger copies = new AtomicInteger();
            Samples.Pair pair = Samples.takePair(
                    1,
                    ROUNDS,
                    () -> {
                        connection.run(Command.of("sync"), soon());
                        return Samples.seconds(
                                () -> connection.upload(tree, "/tmp/copies/" + copies.incrementAndGet(), soon()));
                    },
                    () -> {
                        connection.run(Command.of("sync"), soon());
                        return Samples.seconds(() -> SshHosts.run(List.of(
                                "rsync",
                                "-a",
                                "--mkpath",
                                "-e",
                                shell,
                                tree + "/",
                                HOST + ":/tmp/copies/" + copies.incrementAndGet())));
                    });
            connection.run(Command.of("rm", "-rf", "/tmp/copies"), soon());
            new Row(
                            "a tree of 5,000 files (50 MB) brought to a host",
                            pair.ours().text(" s"),
                            "`rsync -a` over a control master: " + pair.floor().text(" s"),
                            pair.ratio(),
                            "1x")
                    .print();
        } finally {
            end(socket);
        }
    }

    private void roundTrips() throws Exception {
        Path tree = directory.resolve("tests");
        Files.createDirectories(tree.resolve(".fmf"));
        Files.writeString(tree.resolve(".fmf/version"), "1\n");
        Files.writeString(tree.resolve("main.fmf"), "test: 'true'\nrequire: bash\n");
        Files.writeString(
                directory.resolve("config"),
                "Host " + HOST + "\n  HostName 127.0.0.1\n  User root\n  HostKeyAlias sut1\n  IdentityFile "
                        + hosts.directory().resolve("id") + "\n  UserKnownHostsFile "
                        + hosts.directory().resolve("known_hosts") + "\n");
        double near;
        try (SshConnection connection = connected(hosts.options())) {
            near = runTest(connection, tree).median();
        }
        try (DelayedPort far = DelayedPort.to(hosts.address(), 22, ONE_WAY)) {
            SshOptions options =
                    hosts.options().withConfig(directory.resolve("config")).withPort(far.port());
            try (SshConnection connection = connected(options)) {
                Samples seconds = runTest(connection, tree);
                double trips = (seconds.median() - near) / (2 * ONE_WAY.toMillis() / 1e3);
                new Row(
                                "runTest of `true` with a required package, 100 ms round trips",
                                seconds.times(1e3).text(" ms"),
                                "without the way: " + Samples.number(near * 1e3) + " ms",
                                Samples.number(trips) + " round trips",
                                "4 round trips")
                        .print();
            }
        }
    }

    private Samples runTest(SshConnection connection, Path tree) throws Exception {
        try (FmfTests tests = Discovery.in(tree).discover();
                Executor executor = FmfExecutorFactory.builder(tests).build().create(connection)) {
            executor.start();
            int[] runs = {0};
            return Samples.take(2, ROUNDS, () -> {
                TestArtifacts artifacts =
                        TestArtifacts.toBeFilled(directory.resolve("run" + runs[0]++ + "-" + System.nanoTime()));
                return Samples.seconds(() -> executor.runTest("/", artifacts, Map.of()));
            });
        }
    }

    /** Prints one row, or two. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("atex-bench");
        try (SshHosts hosts = SshHosts.up()) {
            SshBench bench = new SshBench(hosts, directory);
            switch (arguments[0]) {
                case "exec" -> bench.exec();
                case "idle" -> bench.idle();
                case "upload" -> bench.upload();
                case "round-trips" -> bench.roundTrips();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } finally {
            Trees.delete(directory);
        }
    }
}
