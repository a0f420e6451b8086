package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.steps.PrepareFailedException;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Phases {@code install} and {@code feature} of plans, with the package tools of {@link FakePackageTools}. */
@Timeout(300)
class InstallTest {
    private static final String APT = "apt-get -q -y -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 -o "
            + "APT::Cmd::Pattern-Only=true -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold ";

    @TempDir
    private Path directory;

    private Path tools;
    private Harness harness;

    @BeforeEach
    void make() throws Exception {
        tools = Files.createDirectory(directory.resolve("tools"));
        Files.writeString(tools.resolve("state-installed"), "there\n");
        Files.writeString(
                tools.resolve("state-available"),
                "there\none\ntwo\nthree\n@tools\n*glob\n/usr/bin/two\nepel-release\nepel-next-release\ndnf-plugins-core\n"
                        + "dnf5-command(copr)\nyum-plugin-copr\ndnf5-command(debuginfo-install)\nyum-utils\n"
                        + "apt-file\none-debuginfo\nhttps://example.com/a.rpm\n"
                        + "https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm\n");
        harness = new Harness(new LocalConnection(), directory);
        harness.environment.put("PATH", tools.toString());
        harness.run = Optional.of(Files.createDirectory(directory.resolve("run")));
        harness.test("/t", "true");
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

    private void machineOf(String tool) throws IOException {
        machineHas(tool, tool.equals("apt-get") ? "dpkg-query" : "rpm");
    }

    private List<String> calls() throws IOException {
        Path calls = tools.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private String log() throws IOException {
        try (Stream<Path> logs = Files.list(directory.resolve("run/machines"))) {
            return Files.readString(logs.findFirst().orElseThrow());
        }
    }

    /** What a phase installs, and how. */
    private static final class Wish {
        private List<String> packages = List.of();
        private List<String> copr = List.of();
        private List<String> exclude = List.of();
        private List<String> directories = List.of();
        private boolean skip;
        private boolean checkFirst = true;

        Wish packages(String... names) {
            packages = List.of(names);
            return this;
        }

        Wish copr(String... names) {
            copr = List.of(names);
            return this;
        }

        Wish exclude(String... patterns) {
            exclude = List.of(patterns);
            return this;
        }

        Wish directories(String... names) {
            directories = List.of(names);
            return this;
        }

        Wish skip() {
            skip = true;
            return this;
        }

        Wish always() {
            checkFirst = false;
            return this;
        }

        Phase phase() {
            return new Phase.Install("wanted", 50, packages, copr, exclude, directories, skip, checkFirst);
        }
    }

    private static Wish install() {
        return new Wish();
    }

    private void prepared(Wish wish) throws Exception {
        harness.prepare.add(wish.phase());
        harness.started();
    }

    private void fails(Wish wish, String... words) {
        harness.prepare.add(wish.phase());
        assertThatThrownBy(harness::started)
                .isInstanceOf(PrepareFailedException.class)
                .hasMessageContaining("prepare of plan '/plan', phase 'wanted': ")
                .hasMessageContainingAll(words);
    }

    @ParameterizedTest
    @CsvSource({
        "dnf,dnf -y install one two",
        "dnf5,dnf5 -y install one two",
        "yum,yum -y install one two",
        "zypper,zypper --non-interactive install --auto-agree-with-licenses one two",
        "apk,apk add --update-cache one two",
        "apt-get," + APT + "install one two"
    })
    void installInstallsMissingInOneCall(String tool, String call) throws Exception {
        machineOf(tool);
        prepared(install().packages("one", "there", "two"));
        assertThat(calls()).filteredOn(line -> !line.endsWith(" update")).containsExactly(call);
    }

    @Test
    void installSkipsInstalledPackages() throws Exception {
        machineOf("dnf");
        harness.prepare.add(install().packages("there").phase());
        harness.prepare.add(install().packages("there", "one").always().phase());
        harness.started();
        assertThat(calls()).containsExactly("dnf -y install there one");
    }

    @ParameterizedTest
    @CsvSource({
        "dnf,dnf -y makecache --refresh",
        "dnf5,dnf5 -y makecache --refresh",
        "yum,yum -y makecache",
        "zypper,zypper --non-interactive refresh"
    })
    void installRetriesWithNewLists(String tool, String refresh) throws Exception {
        machineOf(tool);
        Files.writeString(tools.resolve("old-lists"), "");
        prepared(install().packages("one"));
        assertThat(calls()).hasSize(3).contains(refresh);
        assertThat(calls().getFirst()).isEqualTo(calls().getLast()).contains(" one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf", "dnf5", "yum", "zypper", "apk", "apt-get"})
    void missingPackageFailsInstall(String tool) throws Exception {
        machineOf(tool);
        fails(
                install().packages("one", "unknown"),
                "failed with exit code 1",
                "Packages: one, unknown",
                "not installed:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dnf", "dnf5", "yum", "zypper", "apk", "apt-get"})
    void missingPackageIsSkippedAndReported(String tool) throws Exception {
        machineOf(tool);
        prepared(install().packages("one", "unknown", "two").skip());
        assertThat(Files.readAllLines(tools.resolve("state-installed"))).contains("one", "two");
        assertThat(log()).contains("left out, since it cannot be had (missing: skip): unknown\n");
        switch (tool) {
            case "dnf", "yum" ->
                assertThat(calls()).containsExactly(tool + " -y install --skip-broken one unknown two");
            case "dnf5" ->
                assertThat(calls()).containsExactly("dnf5 -y install --skip-unavailable --skip-broken one unknown two");
            default ->
                assertThat(calls()).anyMatch(line -> line.endsWith(" one")).anyMatch(line -> line.endsWith(" two"));
        }
    }

    @Test
    void groupsPatternsPathsAndAddressesAreOfTheSameCall() throws Exception {
        machineOf("dnf");
        prepared(install().packages("one", "@tools", "*glob", "/usr/bin/two", "https://example.com/a.rpm"));
        assertThat(calls()).containsExactly("dnf -y install one /usr/bin/two @tools *glob https://example.com/a.rpm");
    }

    @Test
    void unreachableUrlFailsInstall() throws Exception {
        machineOf("dnf");
        fails(
                install().packages("there", "https://example.com/b.rpm"),
                "not all of this was installed: https://example.com/b.rpm");
    }

    @Test
    void aptFindsPackageOfPath() throws Exception {
        machineOf("apt-get");
        machineHas("apt-file");
        harness.prepare.add(install().packages("/nowhere/bin/two").phase());
        // the fake installs "two", and the file is not there all the same
        assertThatThrownBy(harness::started).hasMessageContaining("not installed: /nowhere/bin/two");
        assertThat(calls())
                .contains("apt-file find --package-only --fixed-string /nowhere/bin/two", APT + "install two");
    }

    @Test
    void apkFindsPackageOfPath() throws Exception {
        machineOf("apk");
        harness.prepare.add(install().packages("/nowhere/bin/two").phase());
        assertThatThrownBy(harness::started).hasMessageContaining("cmd:two (no such package)");
    }

    @Test
    void filesOfTheTreeAreInstalledAndInstalledAgain() throws Exception {
        machineOf("dnf");
        Files.createDirectories(harness.tree.resolve("rpms"));
        Files.writeString(harness.tree.resolve("a-1-1.noarch.rpm"), "");
        Files.writeString(harness.tree.resolve("rpms/b-1-1.noarch.rpm"), "");
        String tree = "TREE/";
        harness.prepare.add(Harness.scripts(
                1,
                "for rpm in a-1-1 rpms/b-1-1; do echo \"$PWD/$rpm.noarch.rpm\" >> '" + tools
                        + "/state-available'; done"));
        prepared(install().packages("one", "a-1-1.noarch.rpm").directories("rpms"));
        assertThat(calls().stream().map(line -> line.replaceAll("/[^ ]*/tests/", tree)))
                .containsExactly(
                        "dnf -y install one TREE/a-1-1.noarch.rpm TREE/rpms/b-1-1.noarch.rpm",
                        "dnf -y reinstall TREE/a-1-1.noarch.rpm TREE/rpms/b-1-1.noarch.rpm");
    }

    @Test
    void missingPackageFilesAreReported() throws Exception {
        machineOf("dnf");
        fails(install().packages("no.rpm"), "there is no file 'no.rpm' in the tree of the plan");
    }

    @Test
    void directoriesWithoutPackagesAreReported() throws Exception {
        machineOf("dnf");
        fails(install().directories("none"), "there is no *.rpm in the directory 'none'");
    }

    @ParameterizedTest
    @CsvSource({
        "dnf,dnf -y install dnf-plugins-core,dnf debuginfo-install -y one",
        "dnf5,dnf5 -y install dnf5-command(debuginfo-install),dnf5 debuginfo-install -y one",
        "yum,yum -y install yum-utils,debuginfo-install -y one"
    })
    void debuggingInformationHasItsOwnOrder(String tool, String first, String second) throws Exception {
        machineOf(tool);
        if (tool.equals("yum")) {
            machineHas("debuginfo-install");
        }
        prepared(install().packages("one-debuginfo"));
        assertThat(calls()).containsExactly(first, second);
    }

    @ParameterizedTest
    @CsvSource({
        "dnf,dnf -y install dnf-plugins-core,dnf copr enable -y",
        "dnf5,dnf5 -y install dnf5-command(copr),dnf5 copr enable -y",
        "yum,yum -y install yum-plugin-copr,yum copr enable -y"
    })
    void coprIsEnabledAlsoWithoutPackages(String tool, String plugin, String enable) throws Exception {
        machineOf(tool);
        prepared(install().copr("owner/project", "@group/project"));
        assertThat(calls()).containsExactly(plugin, enable + " owner/project", enable + " @group/project");
    }

    @ParameterizedTest
    @ValueSource(strings = {"apt-get", "apk", "zypper"})
    void coprNeedsDnf(String tool) throws Exception {
        machineOf(tool);
        fails(
                install().copr("owner/project"),
                "copr needs dnf or yum, and this machine has " + tool + ": owner/project");
        assertThat(calls()).isEmpty();
    }

    @Test
    void unknownCoprFails() throws Exception {
        machineOf("dnf");
        fails(install().copr("none/such").packages("one"), "the copr repository 'none/such' cannot be enabled");
    }

    @Test
    void excludedPackagesArePassedToTool() throws Exception {
        machineOf("dnf");
        prepared(install().packages("one").exclude("thr*", "four"));
        assertThat(calls()).containsExactly("dnf -y install --exclude=thr* --exclude=four one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"apt-get", "apk"})
    void excludedPackagesAreRemovedFromList(String tool) throws Exception {
        machineOf(tool);
        prepared(install().packages("one", "three").exclude("thr*"));
        assertThat(Files.readAllLines(tools.resolve("state-installed")))
                .contains("one")
                .doesNotContain("three");
        assertThat(log()).contains("excluded: three\n");
    }

    @Test
    void optionsAreNoPackageNames() throws Exception {
        machineOf("dnf");
        fails(install().packages("--installroot=x"), "'--installroot=x' cannot be the name of a package");
        assertThat(calls()).isEmpty();
    }

    @Test
    void missingPackageManagerIsReported() throws Exception {
        fails(install().packages("one"), "cannot install one : there is no dnf5, dnf, yum, apt-get, zypper or apk");
    }

    // ---- packages of tests

    @Test
    void packagesOfTestsComeBeforeALatePhase() throws Exception {
        machineOf("dnf");
        harness.tests.clear();
        harness.test("/t", "true", "require", List.of("one", "unknown"), "recommend", "two")
                .test("/u", "true", "require", "three");
        String seen = "echo \"$1\" >> '" + tools + "/calls'";
        harness.prepare.add(Harness.scripts(70, seen.replace("$1", "at 70")));
        harness.prepare.add(Harness.scripts(72, seen.replace("$1", "at 72")));
        harness.prepare.add(Harness.scripts(90, seen.replace("$1", "at 90")));
        harness.started();
        assertThat(calls())
                .containsExactly(
                        "at 70",
                        "dnf -y install --setopt=strict=False one unknown three",
                        "at 72",
                        "dnf -y install --setopt=strict=False two",
                        "at 90");
        assertThat(harness.run("/u")).isZero();
        assertThat(harness.run("/t")).as("only the test that needs it fails").isEqualTo(-1);
        assertThat((String) harness.result().get("note"))
                .startsWith("TestSetupError(")
                .contains("unknown");
    }

    @Test
    void packagesOfTestsAreInstalledPerTest() throws Exception {
        machineOf("dnf");
        harness.test("/u", "true", "require", "one");
        harness.prepare.add(Harness.scripts(70, "true"));
        harness.started();
        assertThat(calls()).isEmpty();
    }

    // ---- features

    private void release(String id, String version) throws IOException {
        Path file = Files.writeString(
                directory.resolve("os-release"),
                "NAME=\"Some Name\"\nID=\"" + id + "\"\nVERSION_ID=\"" + version + "\"\n");
        harness.environment.put("ATEX_OS_RELEASE", file.toString());
        Files.writeString(tools.resolve("repositories"), """
                repo id            repo name        status
                baseos             BaseOS           enabled
                crb                CRB              disabled
                crb-debug          CRB              disabled
                crb-source         CRB              disabled
                epel               EPEL             disabled
                epel-testing       EPEL             disabled
                """);
    }

    private void features(Map<String, Boolean> features) throws Exception {
        harness.prepare.add(new Phase.Features("wanted", 50, features));
        harness.started();
    }

    @Test
    void epelOnCentos() throws Exception {
        machineOf("dnf");
        machineHas("crb");
        release("centos", "9");
        features(Map.of("epel", true));
        assertThat(calls())
                .containsExactly(
                        "dnf -y install epel-release epel-next-release",
                        "dnf -q repolist --all",
                        "dnf -y install dnf-plugins-core",
                        "dnf config-manager --set-enabled epel",
                        "crb enable");
    }

    @Test
    void epelOnRhel() throws Exception {
        machineOf("dnf");
        release("rhel", "9.4");
        features(Map.of("epel", true));
        assertThat(calls().getFirst())
                .isEqualTo("dnf -y install https://dl.fedoraproject.org/pub/epel/epel-release-latest-9.noarch.rpm");
        assertThat(calls().getLast()).isEqualTo("dnf config-manager --set-enabled epel");
    }

    @Test
    void featuresAreDisabled() throws Exception {
        machineOf("dnf5");
        release("centos", "10");
        features(Map.of("epel", false, "crb", false));
        assertThat(calls())
                .containsExactly(
                        "dnf5 -q repolist --all",
                        "dnf5 config-manager setopt epel.enabled=0 epel-testing.enabled=0",
                        "dnf5 -q repolist --all",
                        "dnf5 config-manager setopt crb.enabled=0");
    }

    @Test
    void crbIsEnabled() throws Exception {
        machineOf("dnf");
        release("rhel", "8.10");
        features(Map.of("crb", true));
        assertThat(calls().getLast()).isEqualTo("dnf config-manager --set-enabled crb");
    }

    @ParameterizedTest
    @CsvSource({"fedora,42,dnf5", "debian,12,apt-get", "alpine,3.20,apk"})
    void featuresOnOtherSystemsAreSkipped(String id, String version, String tool) throws Exception {
        machineOf(tool);
        release(id, version);
        features(Map.of("epel", true, "crb", true));
        assertThat(calls()).isEmpty();
        assertThat(log())
                .contains("epel: there is nothing to be done on " + id)
                .contains("crb: there is nothing to be done on " + id);
    }
}
