package dev.atex.executor.fmf;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/** The packages of this host, looked at and never changed. Thread-safe. */
public final class HostPackages {
    private HostPackages() {}

    /** What tests are told to need. */
    @FunctionalInterface
    private interface Wanted {
        List<String> of(FmfTest test);
    }

    /** What tests require of the machine that they run on, Beakerlib included where they are run as its tests. */
    public static Set<String> required(FmfTests tests, BeakerlibTests beakerlib) {
        return wanted(tests, beakerlib, FmfTest::requires, Beakerlib::requires);
    }

    /** What tests could use, {@link #required} and more. */
    public static Set<String> recommended(FmfTests tests, BeakerlibTests beakerlib) {
        return wanted(tests, beakerlib, FmfTest::recommends, Beakerlib::recommends);
    }

    private static Set<String> wanted(FmfTests tests, BeakerlibTests which, Wanted plain, Wanted beakerlib) {
        Set<String> wanted = new TreeSet<>();
        for (FmfTest test : tests.tests()) {
            if (test.mistake().isEmpty()) {
                wanted.addAll((which.include(test) ? beakerlib : plain).of(test));
            }
        }
        return wanted;
    }

    /**
     * Those of the packages that are not installed here, in their order.
     *
     * @throws IOException the package manager cannot be asked, or does not answer in time
     */
    public static List<String> missing(Collection<String> packages, Deadline deadline)
            throws IOException, InterruptedException {
        if (packages.isEmpty()) {
            return List.of();
        }
        Path directory = Files.createTempDirectory("atex-packages-");
        Path script = directory.resolve(RemoteScripts.PACKAGES.fileName());
        Path answer = directory.resolve("answer");
        try {
            Files.writeString(script, RemoteScripts.PACKAGES.text());
            List<String> command = new ArrayList<>(List.of("bash", script.toString(), directory.toString(), "--look"));
            command.addAll(packages);
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(answer.toFile())
                    .start();
            try {
                if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                    throw new IOException("the package manager of this host does not answer");
                }
            } finally {
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                throw new IOException("the packages of this host cannot be listed: " + Files.readString(answer));
            }
            return Files.readString(answer, StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank())
                    .toList();
        } finally {
            Files.deleteIfExists(answer);
            Files.deleteIfExists(script);
            Files.deleteIfExists(directory);
        }
    }
}
