package dev.atex.bench;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.ssh.KeyFiles;
import dev.atex.internal.files.Trees;
import dev.atex.lease.LeaseLog;
import dev.atex.provisioner.Provisioner;
import dev.atex.provisioner.ProvisionerContext;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.TestingFarmProvisionerFactory;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Pace;
import dev.atex.testingfarm.api.PipelineLog;
import dev.atex.testingfarm.api.TestingFarm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Machines of Testing Farm, from the stand-in: needs python3, and {@code cancel} root for a host to log in to. */
final class TestingFarmBench {
    private static final int PROVISIONERS = 4;
    private static final int EACH = 50;
    private static final int ROUNDS = 5;
    private static final int PIECES = 200;
    private static final int PIECE = 10_000;

    private TestingFarmBench() {}

    private static Deadline soon() {
        return Deadline.after(Duration.ofMinutes(5));
    }

    private static Provisioner provisioner(FarmService service, Path key, String more) throws Exception {
        ProvisionerSpec spec = ProvisionerSpec.parse(
                "testingfarm,compose=Fedora-42,max=" + EACH + ",url=" + service.url() + ",key=" + key + more);
        Provisioner provisioner = new TestingFarmProvisionerFactory()
                .create(spec, new ProvisionerContext("bench", LeaseLog.unrecorded()), FarmService.ENVIRONMENT);
        provisioner.start();
        return provisioner;
    }

    private static void await(FarmService service, int machines) throws IOException, InterruptedException {
        while (service.count("machines") < machines) {
            Thread.sleep(100);
        }
    }

    /** All wait for machines that do not get ready, and are asked about meanwhile. */
    private static void waiting(Path key) throws Exception {
        try (FarmService service = FarmService.start("--machine", "root@127.0.0.1")) {
            service.behaviour("executing", "1000");
            List<Provisioner> provisioners = new ArrayList<>();
            for (int i = 0; i < PROVISIONERS; i++) {
                provisioners.add(provisioner(service, key, ",poll=2s"));
            }
            double before = memory();
            for (Provisioner each : provisioners) {
                each.provision(EACH);
            }
            await(service, PROVISIONERS * EACH);
            Thread.sleep(10_000); // all of them are read several times
            double peak = Jvm.peakMemory();
            new Row(
                            "200 reservations at once, each read every 2 s for 10 s: memory more",
                            Samples.number(peak - before) + " MiB, " + service.count("connections") + " connections",
                            "the same JVM before: " + Samples.number(before) + " MiB",
                            Row.ratio(peak, before),
                            "100 MiB, 10 connections")
                    .print();
            double stop = Samples.seconds(() -> {
                for (Provisioner each : provisioners) {
                    each.stop(soon());
                }
            });
            if (service.left() != 0) {
                throw new IOException("requests are left");
            }
            System.err.println("bench: all cancelled in " + Samples.number(stop) + " s");
        }
    }

    private static double memory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
            }
        }
        throw new IOException("/proc/self/status does not tell the memory");
    }

    private static void log() throws Exception {
        try (FarmService service = FarmService.start("--machine", "root@127.0.0.1");
                TestingFarm farm = new TestingFarm(
                        Endpoint.of(FarmService.ENVIRONMENT, Optional.of(service.url())),
                        Pace.usual().withPoll(Duration.ofMillis(100)),
                        _ -> {})) {
            Map<String, Object> environment = Map.of("arch", "x86_64", "os", Map.of("compose", "Fedora-42"));
            Map<String, Object> test = Map.of("fmf", Map.of("url", "none"));
            FarmRequest request = farm.submission(
                            Map.of("test", test, "environments", List.of(environment)), _ -> Optional.empty())
                    .submit(soon());
            while (request.artifacts().isEmpty()) {
                request = farm.next(request, soon());
            }
            PipelineLog log = farm.log(request).orElseThrow();
            while (log.read(_ -> {}, soon()) == 0) {
                request = farm.next(request, soon());
            }
            Thread.sleep(500); // the stand-in's own lines
            log.read(_ -> {}, soon());
            int before = service.count("log_bytes");
            double[] first = new double[PIECES / 2];
            double[] last = new double[PIECES / 2];
            for (int i = 0; i < PIECES; i++) {
                service.grow(request.id(), PIECE);
                double millis = Samples.seconds(() -> log.read(_ -> {}, soon())) * 1e3;
                (i < PIECES / 2 ? first : last)[i % (PIECES / 2)] = millis;
            }
            double sent = service.count("log_bytes") - before;
            new Row(
                            "a log that grew by 10 kB 200 times, bytes sent",
                            Samples.number(sent / 1e6) + " MB, a read takes "
                                    + Samples.of(last).text(" ms") + " in the second half",
                            "new bytes: " + Samples.number(PIECES * PIECE / 1e6) + " MB, "
                                    + Samples.of(first).text(" ms") + " in the first",
                            Row.ratio(sent, PIECES * PIECE),
                            "O(new bytes)")
                    .print();
        }
    }

    private static void cancel(Path key) throws Exception {
        try (SshHosts hosts = SshHosts.up();
                FarmService service = FarmService.start(
                        "--machine",
                        "root@" + hosts.address(),
                        "--authorized-keys",
                        hosts.directory().resolve("id.pub").toString())) {
            double[] seconds = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                service.behaviour("delay", "0");
                Provisioner provisioner = provisioner(service, key, ",poll=500ms");
                provisioner.provision(EACH);
                for (int n = 0; n < EACH; n++) {
                    var _ = provisioner.remote(soon()).orElseThrow();
                }
                service.behaviour("delay", "0.1");
                seconds[i] = Samples.seconds(() -> provisioner.stop(soon()));
                if (service.left() != 0) {
                    throw new IOException("requests are left");
                }
            }
            new Row(
                            "50 reserved machines given back, 100 ms for each call",
                            Samples.of(seconds).text(" s"),
                            "10 calls at a time: 0.50 s",
                            Row.ratio(Samples.of(seconds).median(), 0.5),
                            "5 s")
                    .print();
        }
    }

    /** With {@code wait}, {@code log} or {@code cancel}: prints the row. */
    public static void main(String[] arguments) throws Exception {
        Path directory = Files.createTempDirectory("atex-bench-farm");
        try {
            Path key = directory.resolve("id");
            KeyFiles.generate(key);
            switch (arguments[0]) {
                case "wait" -> waiting(key);
                case "log" -> log();
                default -> cancel(key);
            }
        } finally {
            Trees.delete(directory);
        }
    }
}
