package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.CommandResult;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.FailureClass;
import dev.atex.executor.TestArtifacts;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Packages of tests and plans, with tools that behave like the real ones: these are bash scripts on a {@code PATH} of
 * their own, and write down how they were called. In the end some for real, where apt can.
 */
@Timeout(300)
@Tag("slow")
class PackagesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String APT = "apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -o "
            + "APT::Cmd::Pattern-Only=true -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ";

    @TempDir
    private Path directory;

    private Path tools;
    private Harness harness;

    @BeforeEach
    void make() throws Exception {
        tools = Files.createDirectory(directory.resolve("tools"));
        Files.writeString(tools.resolve("state-installed"), "there\nalso-there\n");
        Files.writeString(tools.resolve("state-available"), "one\ntwo\nthree\nbroken\n");
        harness = new Harness(new LocalConnection(), directory);
        harness.environment.put("PATH", tools.toString());
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    private void machineHas(String... names) throws IOException {
        for (String name : names) {
            Path tool = Files.writeString(tools.resolve(name), FakePackageTools.TEXT);
            Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    private List<String> calls() throws IOException {
        Path calls = tools.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    /** How each tool is asked for packages. */
    private static String order(String tool) {
        return switch (tool) {
            case "dnf5" -> "dnf5 -y install ";
            case "dnf" -> "dnf -y install ";
            case "yum" -> "yum -y install ";
            case "zypper" -> "zypper --non-interactive install --auto-agree-with-licenses ";
            case "apk" -> "apk add --update-cache ";
            default -> throw new IllegalArgumentException(tool);
        };
    }

    private void machineOf(String tool) throws IOException {
        machineHas(tool);
        if (!tool.equals("apk")) {
            machineHas("rpm");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf5", "dnf", "yum", "zypper", "apk"})
    void missingPackagesAreInstalledInOneCall(String tool) throws Exception {
        machineOf(tool);
        harness.test("/t", "echo ran", "require", List.of("one", "there", "two"));
        assertThat(harness.run("/t")).isZero();
        assertThat(calls()).containsExactly(order(tool) + "one two");
        assertThat(harness.output()).isEqualTo("ran\n");
        assertThat(harness.run("/t")).isZero();
        assertThat(calls()).as("nothing is called when all is there").hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf5", "dnf", "yum", "zypper", "apk"})
    void missingRequiredPackageFailsSetUp(String tool) throws Exception {
        machineOf(tool);
        harness.test("/t", "echo ran", "require", List.of("one", "unknown"));
        assertSetUpFails("/t", "unknown");
        assertThat(calls()).containsExactly(order(tool) + "one unknown");
        assertThat(harness.output()).contains("required, but not installed: ").doesNotContain("ran");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf5", "dnf", "yum", "zypper", "apk"})
    void recommendedPackagesMayFail(String tool) throws Exception {
        machineOf(tool);
        harness.test("/t", "echo ran", "require", "three", "recommend", List.of("one", "unknown", "there", "two"));
        assertThat(harness.run("/t")).isZero();
        assertThat(Files.readAllLines(tools.resolve("state-installed"))).contains("one", "two", "three");
        List<String> expected = switch (tool) {
            case "dnf5" -> List.of("dnf5 -y install --skip-unavailable --skip-broken one unknown two");
            case "dnf" -> List.of("dnf -y install --setopt=strict=False one unknown two");
            case "yum" -> List.of("yum -y install --skip-broken one unknown two");
            default ->
                List.of(
                        order(tool) + "one unknown two",
                        order(tool) + "one",
                        order(tool) + "unknown",
                        order(tool) + "two");
        };
        assertThat(calls().getFirst()).isEqualTo(order(tool) + "three");
        int asked = calls().size();
        if (tool.equals("zypper")) { // 102 is no failure, but looks like one
            assertThat(calls().subList(1, asked)).containsAll(expected);
        } else {
            assertThat(calls().subList(1, asked)).isEqualTo(expected);
        }
        assertThat(harness.run("/t")).isZero();
        assertThat(calls()).hasSize(asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf5", "dnf", "yum", "zypper", "apk"})
    void failedInstallationIsReported(String tool) throws Exception {
        machineOf(tool);
        harness.test("/t", "echo ran", "require", "broken");
        assertSetUpFails("/t", "scriptlet of broken failed");
    }

    @Test
    void toolsAreChosenInTheirOrder() throws Exception {
        machineHas("rpm", "apk", "zypper", "apt-get", "yum", "dnf", "dnf5");
        harness.test("/t", "true", "require", "one");
        assertThat(harness.run("/t")).isZero();
        assertThat(calls()).containsExactly("dnf5 -y install one");
    }

    @Test
    void missingPackageManagerIsReported() throws Exception {
        harness.test("/required", "true", "require", List.of("one", "two"));
        harness.test("/recommended", "exit 5", "recommend", "one");
        assertSetUpFails("/required", "cannot install one two: there is no dnf5, dnf, yum, apt-get, zypper or apk");
        assertThat(harness.run("/recommended")).isEqualTo(5);
    }

    @Test
    void optionsAndPatternsAreNoPackageNames() throws Exception {
        machineHas("apt-get", "dpkg-query");
        for (String name : List.of("-y", "--allow-unauthenticated", "hello-", "hell.*", "^hello$", "?name(x)", "~nx")) {
            harness.test("/" + name, "true", "require", name);
        }
        for (FmfTest test : harness.tests) {
            assertSetUpFails(test.name(), "'" + test.requires().getFirst() + "' cannot be the name of a package");
        }
        assertThat(calls()).isEmpty();
    }

    // ---- apt-get

    @Test
    void aptInstallsAndKnowsVirtualPackages() throws Exception {
        machineHas("apt-get", "dpkg-query");
        harness.test("/t", "echo ran", "require", List.of("one", "there", "virtual", "/bin/sh", "other-virtual"));
        assertThat(harness.run("/t")).isZero();
        assertThat(aptInstalls()).containsExactly(APT + "install one");
    }

    @Test
    void aptFetchesOldListsOnceAndWaitsForTheirLock() throws Exception {
        machineHas("apt-get", "dpkg-query", "sleep");
        Files.writeString(tools.resolve("sleep"), "#!/bin/bash\n"); // the lock is free soon
        Files.writeString(tools.resolve("stale"), "");
        Files.writeString(tools.resolve("update-lock"), "2\n");
        harness.test("/t", "echo ran", "require", "one").test("/u", "true", "require", "unknown");
        assertThat(harness.run("/t")).isZero();
        assertThat(calls()).filteredOn(call -> call.equals(APT + "update")).hasSize(3);
        assertThat(calls().getLast()).isEqualTo(APT + "install one");
        int asked = calls().size();
        assertSetUpFails("/u", "E: Unable to locate package unknown");
        assertThat(calls().subList(asked, calls().size())).containsExactly(APT + "install unknown");
    }

    private List<String> aptInstalls() throws IOException {
        return calls().stream().filter(call -> call.contains(" install ")).toList();
    }

    // ---- plans

    @Test
    void plansInstallInTheirOrder() throws Exception {
        machineHas("dnf", "rpm");
        harness.plan.put(
                "prepare",
                List.of(
                        Map.of("how", "install", "package", List.of("one", "there")),
                        Map.of("how", "shell", "script", "echo script >> '" + tools + "/calls'"),
                        Map.of("how", "install", "package", "also-there"),
                        Map.of("how", "install", "package", "two")));
        harness.plan.put("finish", Map.of("how", "install", "package", "three"));
        harness.test("/t", "true");
        assertThat(harness.run("/t")).isZero();
        assertThat(calls()).containsExactly("dnf -y install one", "script", "dnf -y install two");
        harness.executor().stop();
        assertThat(calls().getLast()).isEqualTo("dnf -y install three");
    }

    @Test
    void planWhosePackagesAreMissingDoesNotStart() throws Exception {
        machineHas("dnf", "rpm");
        harness.plan.put("prepare", Map.of("how", "install", "package", List.of("one", "unknown")));
        harness.test("/t", "true");
        assertThatThrownBy(harness::started)
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("prepare of plan '/plan', phase 'default-0': the installation of packages failed")
                .hasMessageContaining("Packages: one, unknown")
                .hasMessageContaining("Unable to find a match: unknown");
    }

    // ---- ends from outside

    @Test
    void cancelEndsAnInstallation() throws Exception {
        machineHas("dnf", "rpm");
        Files.writeString(tools.resolve("hang"), "");
        CommandResult made = run("mkfifo", tools.resolve("fifo").toString());
        assertThat(made.exitCode()).isZero();
        harness.test("/t", "true", "require", "one", "duration", "1s"); // which the set-up does not count for
        Executor executor = harness.started();
        TestArtifacts artifacts = harness.newArtifacts();
        try (TaskScope scope = TaskScope.open("cancel")) {
            scope.run("cancel", () -> {
                run("bash", "-c", "until [[ -e '" + tools + "/hanging' ]]; do sleep 0.01; done");
                executor.cancel();
            });
            assertThat(executor.runTest("/t", artifacts, Map.of()).failure()).contains(FailureClass.CANCELLED);
        }
        assertThat(harness.results()).hasSize(1);
        assertThat(harness.result()).containsEntry("note", "TestAbortedError(cancel requested)");
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(line -> line.contains(tools.toString()));
    }

    @Test
    void timeOfATestBeginsAfterItsSetUp() throws Exception {
        machineHas("dnf", "rpm");
        Files.writeString(
                tools.resolve("dnf"), "#!/bin/bash\n/bin/sleep 11\necho one >> '" + tools + "/state-installed'\n");
        harness.test("/t", "echo ran", "require", "one", "duration", "10s");
        assertThat(harness.run("/t")).isZero();
    }

    // ---- for real

    @Test
    void packagesAreInstalledForReal() throws Exception {
        harness.environment.remove("PATH");
        String name = installable();
        try {
            harness.test("/t", "dpkg-query -W -f '${db:Status-Abbrev}' " + name, "require", List.of("bash", name));
            harness.test("/u", "echo ran", "require", List.of(name, "atex-no-such-package"));
            harness.test("/v", "echo ran", "recommend", "atex-no-such-package");
            assertThat(harness.run("/t")).isZero();
            assertThat(harness.output()).isEqualTo("ii ");
            assertSetUpFails("/u", "atex-no-such-package");
            assertThat(harness.run("/v")).isZero();
        } finally {
            run("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120", "purge", name);
        }
    }

    @Test
    void realPhaseInstallsAndSkipsMissing() throws Exception {
        harness.environment.remove("PATH");
        String name = installable();
        List<String> packages = List.of("bash", "atex-no-such-package", name);
        harness.prepare.add(new Phase.Install("real", 50, packages, List.of(), List.of(), List.of(), true, true));
        harness.prepare.add(Harness.scripts(60, "[[ $(dpkg-query -W -f '${db:Status-Abbrev}' " + name + ") == ii* ]]"));
        harness.run = Optional.of(Files.createDirectory(directory.resolve("run")));
        try {
            harness.started();
            assertThat(directory.resolve("run/machines/local-prepare.log"))
                    .content()
                    .contains("left out, since it cannot be had (missing: skip): atex-no-such-package\n");
        } finally {
            run("apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120", "purge", name);
        }
    }

    /** A small package that is not installed and can be had. */
    private String installable() throws Exception {
        assumeTrue("root".equals(System.getProperty("user.name")), "packages are installed by root");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/apt-get")), "no apt-get here");
        Path downloads =
                Files.createDirectories(directory.resolve("downloads/partial")).getParent();
        for (String name : List.of("hello", "sl")) {
            boolean there = run("dpkg-query", "-W", name).exitCode() == 0;
            if (!there && download(downloads, name)) {
                return name;
            }
        }
        assumeTrue(false, "apt-get cannot download packages here");
        return "";
    }

    private boolean download(Path downloads, String name) throws Exception {
        return run(
                                "apt-get",
                                "-q",
                                "-y",
                                "-d",
                                "-o",
                                "Dir::Cache::archives=" + downloads,
                                "-o",
                                "Acquire::Retries=0",
                                "-o",
                                "Acquire::http::Timeout=10",
                                "install",
                                name)
                        .exitCode()
                == 0;
    }

    private CommandResult run(String... argv) throws Exception {
        harness.connection.connect(Deadline.after(PATIENCE));
        return harness.connection.run(dev.atex.connection.Command.of(argv), Deadline.after(PATIENCE));
    }

    private void assertSetUpFails(String test, String note) throws Exception {
        Executor executor = harness.started();
        TestArtifacts artifacts = harness.newArtifacts();
        assertThat(executor.runTest(test, artifacts, Map.of()).failure()).contains(FailureClass.SETUP);
        assertThat(harness.results()).hasSize(1);
        assertThat(harness.result()).containsEntry("status", "infra");
        assertThat((String) harness.result().get("note"))
                .startsWith("TestSetupError(")
                .contains(note);
    }
}
