package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.lease.LeaseLog;
import dev.atex.podman.ContainerOptions;
import dev.atex.podman.ContainerProvisioners;
import dev.atex.podman.engine.Engine;
import dev.atex.podman.engine.EngineException;
import dev.atex.podman.engine.EngineKind;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.Remote;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Containers, beside the same by hand. Needs {@code tools/testbed/podman}, and an image that is there: {@code ATEX_TEST_PODMAN}
 * and {@code ATEX_TEST_IMAGE} as that prints them.
 */
final class ContainerBench {
    private static final int ROUNDS = 9;
    private static final int EXECS = 40;
    private static final int AT_ONCE = 4;
    private static final int MANY = 50;
    private static final Duration LONG = Duration.ofMinutes(10);

    private final String program;
    private final String image;
    private final List<String> byHand = new ArrayList<>();

    private ContainerBench(String program, String image) {
        this.program = program;
        this.image = image;
    }

    private Provisioner provisioner(int max) throws EngineException, Exception {
        ContainerOptions options =
                ContainerOptions.of(image).withPull(ContainerOptions.Pull.NEVER).withOptions("--network=none");
        Provisioner provisioner = ContainerProvisioners.of(
                Engine.find(EngineKind.PODMAN, program),
                options,
                max,
                new ProvisionerContext("bench", LeaseLog.unrecorded()));
        provisioner.start();
        return provisioner;
    }

    private static double ours(Provisioner provisioner, int count) throws Exception {
        List<Remote> remotes = new ArrayList<>();
        double seconds = Samples.seconds(() -> {
            provisioner.provision(count);
            for (int i = 0; i < count; i++) {
                remotes.add(provisioner.remote(Deadline.after(LONG)).orElseThrow());
            }
        });
        for (Remote each : remotes) {
            each.release(Deadline.after(LONG));
        }
        return seconds;
    }

    private double podmanRun(int count) throws Exception {
        double seconds = Samples.seconds(() -> {
            List<Process> running = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                running.add(
                        start(program, "run", "-d", "--rm", "--pull=never", "--network=none", image, "sleep", "1000"));
            }
            for (Process each : running) {
                byHand.add(end(each));
            }
        });
        removeThoseByHand();
        return seconds;
    }

    private void removeThoseByHand() throws Exception {
        end(start(Stream.concat(Stream.of(program, "rm", "-f", "-t", "0"), byHand.stream())
                .toArray(String[]::new)));
        byHand.clear();
    }

    private void ready(int count) throws Exception {
        try (Provisioner provisioner = provisioner(count)) {
            Samples.Pair pair = Samples.takePair(1, ROUNDS, () -> ours(provisioner, count), () -> podmanRun(count));
            new Row(
                            count == 1 ? "a container is ready" : count + " containers at once are ready",
                            pair.ours().text(" s"),
                            "`podman run -d`" + (count == 1 ? "" : ", " + count + " at once") + ": "
                                    + pair.floor().text(" s"),
                            pair.ratio(),
                            "1.2x")
                    .print();
        }
    }

    private void exec() throws Exception {
        try (Provisioner provisioner = provisioner(1)) {
            provisioner.provision(1);
            Remote remote = provisioner.remote(Deadline.after(LONG)).orElseThrow();
            String id = end(start(program, "ps", "-q", "--no-trunc", "--filter", "label=dev.atex.run=bench"));
            Samples.Pair pair = Samples.takePair(
                    EXECS / 4,
                    EXECS,
                    () -> Samples.seconds(() -> remote.run(Command.of("true"), Deadline.after(LONG))),
                    () -> Samples.seconds(() -> end(start("crun", "exec", id, "true"))));
            new Row(
                            "`true` in a container",
                            pair.ours().times(1000).text(" ms"),
                            "`crun exec`: " + pair.floor().times(1000).text(" ms"),
                            pair.ratio(),
                            "1.3x")
                    .print();
        }
    }

    private void many() throws Exception {
        double seconds = Samples.seconds(() -> {
            try (Provisioner provisioner = provisioner(10)) {
                provisioner.provision(MANY);
                for (int i = 0; i < MANY; i++) {
                    Remote remote = provisioner.remote(Deadline.after(LONG)).orElseThrow();
                    remote.run(Command.of("true"), Deadline.after(LONG));
                    remote.release(Deadline.after(LONG));
                }
            }
        });
        String left = end(start(program, "ps", "-a", "-q", "--filter", "label=dev.atex.run=bench"));
        new Row(
                        MANY + " containers made, used and removed, 10 at a time",
                        Samples.number(seconds) + " s",
                        "left: " + left.lines().count(),
                        "",
                        "0 left")
                .print();
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
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
        String program = System.getenv().getOrDefault("ATEX_TEST_PODMAN", "");
        String image = System.getenv().getOrDefault("ATEX_TEST_IMAGE", "");
        if (!Files.isExecutable(Path.of(program)) || image.isEmpty()) {
            System.err.println(
                    "bench: left out: no containers (eval \"$(tools/testbed/podman)\" and export ATEX_TEST_PODMAN ATEX_TEST_IMAGE)");
            return;
        }
        ContainerBench bench = new ContainerBench(program, image);
        bench.ready(1);
        bench.ready(AT_ONCE);
        bench.exec();
        bench.many();
    }
}
