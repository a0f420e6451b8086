package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What runs on this host without being told so, with the packaged command: as root, and as somebody else. */
class HostRulesTest {
    private static final Map<String, String> UNTOLD = Map.of("ATEX_PROVISION", "");

    @TempDir
    private Path directory;

    private Path marks;

    @BeforeEach
    void makeTree() throws IOException {
        OtherUser.assumed(); // else nobody here is root
        Files.setAttribute(directory, "unix:mode", 0755);
        marks = Files.createDirectory(directory.resolve("marks"));
        Files.setAttribute(marks, "unix:mode", 01777);
        String touch = "touch " + marks + "/";
        Tree.in(directory.resolve("tree"))
                .file("plain.fmf", "test: " + touch + "plain\nduration: 1m\ntag: plain\n")
                .file(
                        "needs.fmf",
                        "test: " + touch + "needs\nduration: 1m\nrequire: [atex-no-such-a, atex-no-such-b]\n")
                .file("likes.fmf", "test: " + touch + "likes\nduration: 1m\nrecommend: atex-no-such-c\nrequire: bash\n")
                .file(
                        "plans.fmf",
                        "discover: {how: fmf, filter: 'tag:plain'}\n"
                                + "/bare:\n    summary: no phases\n"
                                + "/prepares:\n    prepare:\n"
                                + "      - {how: shell, script: ['" + touch + "prepared', 'true']}\n"
                                + "    finish: {how: shell, script: " + touch + "finished}\n");
    }

    private Atex.Result run(Map<String, String> environment, String... args) throws Exception {
        return call(false, environment, args);
    }

    /** As another user if that is wanted, who has a home and a state of its own. */
    private Atex.Result call(boolean other, Map<String, String> environment, String... args) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(Atex.SOURCES.resolve("atex").toString()));
        command.addAll(List.of("run", "--root", directory.resolve("tree").toString(), "--output"));
        Path work = directory;
        Map<String, String> variables = new java.util.HashMap<>(environment);
        if (other) {
            work = Files.createDirectories(directory.resolve("other"));
            OtherUser.own(work);
            variables.put("XDG_STATE_HOME", work.resolve("state").toString());
            variables.put("HOME", work.toString());
        }
        command.add(work.resolve("out").toString());
        command.addAll(List.of(args));
        return Atex.in(work)
                .with(variables)
                .startAs(other ? OtherUser.argv(command) : command)
                .end();
    }

    private void assertNothingWasDone() {
        assertThat(marks.toFile().list()).isEmpty();
        assertThat(directory.resolve("out")).doesNotExist();
        assertThat(directory.resolve("other/out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"/plans/bare, as root: 1 test", "/plans/prepares, 'as root: 2 prepare scripts, 1 finish script'"})
    void planAsRootOnThisHostIsRefused(String plan, String what) throws Exception {
        Atex.Result result = run(UNTOLD, "--plan", plan).expect(2);
        assertThat(result.err())
                .isEqualTo("atex: plan " + plan + " would run on this host " + what + " (plans.fmf)\n"
                        + "Give --provision local (or set ATEX_PROVISION=local) to allow it, or --provision"
                        + " podman,image=IMAGE for a container.\n");
        assertThat(result.out()).isEmpty();
        assertNothingWasDone();
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void provisionLocalAllowsThisHost(boolean option) throws Exception {
        if (option) {
            run(UNTOLD, "--plan", "/plans/prepares", "--provision", "local").expect(0);
        } else {
            run(Map.of("ATEX_PROVISION", "local"), "--plan", "/plans/prepares").expect(0);
        }
        assertThat(marks.toFile().list()).containsExactlyInAnyOrder("prepared", "plain", "finished");
        // What was said once counts when the run goes on, or is begun again.
        assertThat(Atex.in(directory)
                        .with(UNTOLD)
                        .call("resume", "out")
                        .expect(0)
                        .out())
                .contains("is already complete");
        Atex.in(directory)
                .with(UNTOLD)
                .call("rerun", "out", "--output", "again")
                .expect(0);
    }

    @Test
    void planWithoutPrepareRunsHereForUser() throws Exception {
        Atex.Result refused = call(true, UNTOLD, "--plan", "/plans/prepares").expect(2);
        assertThat(refused.err())
                .contains("plan /plans/prepares would run on this host as nobody: 2 prepare scripts, 1 finish script");
        assertNothingWasDone();
        call(true, UNTOLD, "--plan", "/plans/bare").expect(0);
        assertThat(marks.toFile().list()).containsExactly("plain");
    }

    @Test
    void testsWithoutPlanAsRootInstallNothing() throws Exception {
        assertThat(run(UNTOLD, "-t", "needs").expect(2).err())
                .contains(
                        "the tests require 2 packages that this host does not have",
                        ": atex-no-such-a, atex-no-such-b\n",
                        "--provision local",
                        "--provision podman");
        assertNothingWasDone();
        run(UNTOLD, "-t", "plain").expect(0);
        assertThat(marks.toFile().list()).containsExactly("plain");
    }

    @Test
    void missingRecommendedPackageIsReported() throws Exception {
        Atex.Result result = run(UNTOLD, "-t", "likes").expect(0);
        assertThat(result.err())
                .isEqualTo("note: recommended packages are not installed on this host, which is not changed:"
                        + " atex-no-such-c\n");
        assertThat(result.out()).contains("Metadata: note: recommended packages are not installed");
        assertThat(Files.readString(directory.resolve("out/events.jsonl"))
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .contains("\"notes\":[{\"severity\":\"note\",\"kind\":\"recommend\",");
        assertThat(marks.toFile().list()).containsExactly("likes");
    }

    @Test
    void strictRefusesMissingRecommendedPackage() throws Exception {
        assertThat(run(UNTOLD, "-t", "likes", "--strict").expect(2).err()).contains("--strict: ", "--allow recommend");
        assertNothingWasDone();
        run(UNTOLD, "-t", "likes", "--strict", "--allow", "recommend").expect(0);
        assertThat(Files.readString(directory.resolve("out/run.json"))).contains("\"allow\":[\"recommend\"]");
    }

    /** The same run that was told nothing is asked again, by the rules, when it is begun again. */
    @Test
    void rerunAsRootIsRefusedWithoutProvision() throws Exception {
        run(UNTOLD, "-t", "plain").expect(0);
        Files.writeString(
                directory.resolve("tree/plain.fmf"),
                "require: [atex-no-such-a]\n",
                java.nio.file.StandardOpenOption.APPEND);
        assertThat(Atex.in(directory)
                        .with(UNTOLD)
                        .call("rerun", "out", "--output", "again")
                        .expect(2)
                        .err())
                .contains("atex-no-such-a");
        assertThat(directory.resolve("again")).doesNotExist();
    }

    @Test
    void readOnlyCommandsAreAllowedAsRoot() throws Exception {
        Atex atex = Atex.in(directory).with(UNTOLD);
        String tree = directory.resolve("tree").toString();
        for (String command : List.of("discover", "show", "requires")) {
            atex.call(command, "--root", tree, "--plan", "/plans/prepares").expect(0);
        }
        atex.call("plans", "--root", tree).expect(0);
        atex.call("lint", "--root", tree).expect(1); // no plan selects two of the tests
        assertNothingWasDone();
    }

    @Test
    void plansShowsOutcomeOfRunWithSameOptions() throws Exception {
        Atex atex = Atex.in(directory).with(UNTOLD);
        String tree = directory.resolve("tree").toString();
        Files.writeString(
                directory.resolve("tree/url.fmf"),
                "discover: {how: fmf, filter: 'tag:plain'}\nenvironment-file: http://127.0.0.1:1/x\n");
        Files.writeString(
                directory.resolve("tree/guests.fmf"),
                "discover: {how: fmf, filter: 'tag:plain'}\nprovision: [{name: a}, {name: b}]\n");
        Files.writeString(
                directory.resolve("tree/key.fmf"),
                "discover: {how: fmf, filter: 'tag:plain'}\nscrpt: x\nprepare: {how: shell, scrpt: x, script: y}\n");
        String untold = atex.call("plans", "--root", tree).expect(0).out();
        assertThat(untold.lines())
                .anyMatch(line -> line.matches("/plans/bare .*refused \\(this host\\)"))
                .anyMatch(line -> line.matches("/plans/prepares .*refused \\(this host\\)"))
                .anyMatch(line -> line.matches("/url .*refused \\(url, this host\\)"))
                .anyMatch(line -> line.matches("/guests .*refused \\(multihost\\)"));
        String[] told = {"plans", "--root", tree, "--provision", "local", "--allow", "url", "--allow", "multihost"};
        assertThat(atex.call(told).expect(0).out().lines())
                .anyMatch(line -> line.matches("/plans/bare .* runs"))
                .anyMatch(line -> line.matches("/plans/prepares .* runs"))
                .anyMatch(line -> line.matches("/url .* runs, 1 note"))
                .anyMatch(line -> line.matches("/guests .* runs, 2 notes"));
        String[] strict = {"plans", "--root", tree, "--provision", "local", "--strict", "--plan", "/key"};
        assertThat(atex.call(strict).expect(2).out()).contains("refused (--strict: unknown-key)");
        strict[7] = "/plans/bare";
        atex.call(strict).expect(0);
        assertNothingWasDone();
    }

    /** It ends as the run would. */
    @Test
    void dryRunReportsRefusedHost() throws Exception {
        Atex.Result one = run(UNTOLD, "--plan", "/plans/prepares", "--dry-run").expect(2);
        assertThat(one.out())
                .startsWith(
                        "/plain\n1 test would not be run (--dry-run: nothing was done): plan /plans/prepares would");
        assertThat(run(UNTOLD, "--plan", "/plans/", "--dry-run").expect(2).out())
                .contains("plan /plans/bare:\n/plain\n1 test would not be run", "plan /plans/prepares:\n");
        run(UNTOLD, "-t", "plain", "--dry-run").expect(0);
        run(Map.of("ATEX_PROVISION", "local"), "--plan", "/plans/", "--dry-run").expect(0);
        assertNothingWasDone();
    }

    @Test
    void firstReadmeCommandWorksAsRoot() throws Exception {
        Atex.Result result = Atex.in(directory)
                .with(UNTOLD)
                .call("run", "--root", Atex.DEMO.toString(), "-t", "/basics/", "--output", "demo")
                .expect(1);
        assertThat(result.out()).contains("6 tests on local, run directory demo", "1 fail");
        assertThat(result.err()).isEmpty();
        // S4: all of it, none of whose packages may be missing.
        assertThat(Atex.in(directory)
                        .with(UNTOLD)
                        .call("requires", "--root", Atex.DEMO.toString())
                        .expect(0)
                        .out())
                .isEmpty();
    }
}
