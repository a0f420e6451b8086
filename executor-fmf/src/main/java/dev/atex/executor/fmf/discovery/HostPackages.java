package dev.atex.executor.fmf.discovery;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.internal.concurrent.ProgramCall;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** Lists packages of this host; never changes them. Thread-safe. */
public final class HostPackages {
    private HostPackages() {}

    /** Returns the packages that tests require, Beakerlib included for Beakerlib tests. */
    public static Set<String> required(FmfTests tests, BeakerlibTests beakerlib) {
        return wanted(tests, beakerlib::requires);
    }

    /** Returns the packages that tests recommend. */
    public static Set<String> recommended(FmfTests tests, BeakerlibTests beakerlib) {
        return wanted(tests, beakerlib::recommends);
    }

    private static Set<String> wanted(FmfTests tests, Function<FmfTest, List<String>> packages) {
        Set<String> wanted = new TreeSet<>();
        for (FmfTest test : tests.tests()) {
            if (test.mistake().isEmpty()) {
                wanted.addAll(packages.apply(test));
            }
        }
        return wanted;
    }

    /**
     * Returns the packages that are not installed here, in their order.
     *
     * @throws IOException the package manager cannot be asked, or does not answer in time
     */
    public static List<String> missing(Collection<String> packages, Deadline deadline)
            throws IOException, InterruptedException {
        if (packages.isEmpty()) {
            return List.of();
        }
        String script = RemoteScripts.PACKAGES
                .text()
                .replace(". \"$work/" + RemoteScripts.PACKAGETOOL.fileName() + "\"", RemoteScripts.PACKAGETOOL.text());
        List<String> command = new ArrayList<>(List.of("bash", "-c", script, "packages", "", "--look"));
        command.addAll(packages);
        ProgramCall call = ProgramCall.start(new ProcessBuilder(command));
        Optional<ProgramCall.Result> ended = Optional.empty();
        try {
            ended = call.await(deadline);
        } finally {
            if (ended.isEmpty()) {
                call.kill();
            }
        }
        ProgramCall.Result result =
                ended.orElseThrow(() -> new IOException("the package manager of this host does not answer"));
        if (result.exitCode() != 0) {
            throw new IOException("the packages of this host cannot be listed: "
                    + result.err().strip());
        }
        return result.out().lines().filter(line -> !line.isBlank()).toList();
    }
}
