package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.machine.Topology;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.steps.PrepareFailedException;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.executor.fmf.trees.Libraries;
import dev.atex.fmf.Context;
import dev.atex.fmf.RepositoryCache;
import dev.atex.fmf.Yaml;
import dev.atex.internal.files.Trees;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Steps {@code prepare} and {@code finish}: their scripts, their environment, what they leave. */
@Timeout(120)
class StepsTest {
    @TempDir
    private Path directory;

    private Path run;
    private Harness harness;
    private Optional<RebootingMachine> rebooting = Optional.empty();

    private void on(Connection connection) throws IOException {
        run = Files.createDirectory(directory.resolve("run"));
        harness = new Harness(connection, directory);
        harness.run = Optional.of(run);
        harness.test("/t", "true");
    }

    private void here() throws IOException {
        on(new LocalConnection());
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
        if (rebooting.isPresent()) {
            rebooting.get().destroy();
        }
    }

    private String log(String step) throws IOException {
        return Files.readString(run.resolve("machines/local-" + step + ".log"));
    }

    // ---- scripts

    @Test
    void eachScriptRunsSeparatelyInTree() throws Exception {
        here();
        Files.writeString(harness.tree.resolve("in-tree"), "");
        harness.prepare.add(
                Harness.scripts(50, "[[ $PWD == \"$TMT_TREE\" ]] && ls && a=1", "echo \"${a-none of the first}\""));
        harness.finish.add(Harness.scripts(50, "echo finished"));
        harness.started();
        assertThat(log("prepare"))
                .isEqualTo("== prepare, phase 'scripts-50', script 1 of 2\nin-tree\n"
                        + "== prepare, phase 'scripts-50', script 2 of 2\nnone of the first\n");
        harness.executor().stop();
        assertThat(log("finish")).isEqualTo("== finish, phase 'scripts-50', its script\nfinished\n");
    }

    @Test
    void failureIsTheSameOnEachMachine() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(50, "echo earlier", "echo some words\nfalse | true\necho never"));
        PrepareFailedException failed = catchThrowableOfType(PrepareFailedException.class, harness::started);
        assertThat(failed)
                .hasMessage("prepare of plan '/plan', phase 'scripts-50': script 2 of 2 failed with exit code 1.\n"
                        + "Script:\necho some words\nfalse | true\necho never\nOutput:\nsome words");
        assertThat(failed.key()).isEqualTo("prepare /plan: scripts-50: script 2 of 2: failed with exit code 1");
        assertThat(log("prepare")).endsWith("some words\n");
    }

    @Test
    void failedFinishScriptEndsFinish() throws Exception {
        here();
        harness.finish.add(Harness.scripts(50, "echo of 50; exit 7"));
        harness.finish.add(Harness.scripts(60, "echo never"));
        harness.started();
        assertThatThrownBy(() -> harness.executor().stop())
                .isExactlyInstanceOf(ExecutorException.class)
                .hasMessageContaining("finish of plan '/plan', phase 'scripts-50': its script failed with exit code 7");
        assertThat(log("finish")).doesNotContain("never");
    }

    @Test
    void repositoryOfScriptsIsUploaded() throws Exception {
        here();
        Path repository = Files.createDirectory(directory.resolve("repository"));
        git(repository, "init", "-q", "-b", "main");
        Files.writeString(repository.resolve("script.sh"), "echo from main\n");
        commit(repository);
        git(repository, "checkout", "-q", "-b", "other");
        Files.writeString(repository.resolve("script.sh"), "echo from other\n");
        commit(repository);
        git(repository, "checkout", "-q", "main");
        RepositoryCache cache = RepositoryCache.at(directory.resolve("cache"));
        harness.fetched = Optional.of(new FetchedTrees(cache, Context.empty()));
        for (Optional<String> ref : List.of(Optional.<String>empty(), Optional.of("other"))) {
            harness.prepare.add(new Phase.Scripts(
                    "fetched",
                    50,
                    List.of(
                            "bash \"$TMT_PREPARE_SHELL_URL_REPOSITORY/script.sh\"; ls -A \"$TMT_PREPARE_SHELL_URL_REPOSITORY\""),
                    Optional.of(new Phase.Repository(repository.toString(), ref))));
        }
        harness.finish.add(new Phase.Scripts(
                "fetched",
                50,
                List.of("cat $TMT_FINISH_SHELL_URL_REPOSITORY/script.sh"),
                Optional.of(new Phase.Repository(repository.toString(), Optional.empty()))));
        harness.started();
        assertThat(log("prepare").lines().filter(line -> !line.startsWith("==")))
                .containsExactly("from main", "script.sh", "from other", "script.sh");
        harness.executor().stop();
        assertThat(log("finish")).endsWith("echo from main\n");
    }

    @Test
    void fetchedTreeCannotNameLocalRepositories() throws Exception {
        here();
        Phase phase = new Phase.Scripts(
                "fetched",
                50,
                List.of("true"),
                Optional.of(new Phase.Repository(directory.toString(), Optional.empty())));
        FmfPlan plan = new FmfPlan(
                "/ci",
                Map.of(),
                Map.of(),
                List.of(),
                List.of(phase),
                new PlanMachine.Unspecified(),
                PlanMachine.Guest.USUAL);
        Libraries.checkRepositories(plan, true);
        assertThatThrownBy(() -> Libraries.checkRepositories(plan, false))
                .isInstanceOf(DiscoveryException.class)
                .hasMessageContaining("plan '/ci', phase 'fetched': url: '" + directory)
                .hasMessageContaining("which a fetched tree must not name");
    }

    private void commit(Path repository) throws Exception {
        git(repository, "add", ".");
        git(repository, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "-m", "m");
    }

    private static void git(Path at, String... arguments) throws Exception {
        try (LocalConnection local = new LocalConnection()) {
            local.connect(Deadline.after(Duration.ofSeconds(20)));
            List<String> argv = new ArrayList<>(List.of("git", "-C", at.toString()));
            argv.addAll(List.of(arguments));
            assertThat(local.run(Command.of(argv), Deadline.after(Duration.ofSeconds(20)))
                            .exitCode())
                    .isZero();
        }
    }

    // ---- reboots

    private void onARebootingMachine() throws Exception {
        assumeTrue(RebootingMachine.isPossible(), "no namespaces can be made here");
        RebootingMachine machine = new RebootingMachine(2);
        rebooting = Optional.of(machine);
        on(machine);
        harness.run = Optional.empty();
    }

    @Test
    void prepareScriptRebootsAndRestarts() throws Exception {
        onARebootingMachine();
        Path proof = directory.resolve("proof");
        harness.plan.put("environment", Map.of("PROOF", proof.toString()));
        harness.prepare.add(Harness.scripts(
                50,
                "echo \"first $TMT_REBOOT_COUNT\" >> $PROOF\n"
                        + "[[ $TMT_REBOOT_COUNT -ge 2 ]] || tmt-reboot -c 'kill -TERM 1; sleep 600'",
                "echo \"second $TMT_REBOOT_COUNT\" >> $PROOF"));
        harness.test("/u", "echo \"test $TMT_REBOOT_COUNT\"");
        assertThat(harness.run("/u")).isZero();
        assertThat(proof).hasContent("first 0\nfirst 1\nfirst 2\nsecond 0\n");
        assertThat(rebooting.orElseThrow().boots()).isEqualTo(3);
        assertThat(harness.output()).isEqualTo("test 0\n");
    }

    @Test
    void rebootOfThisHostIsRefused() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(50, "tmt-reboot"));
        assertThatThrownBy(harness::started)
                .isInstanceOf(PrepareFailedException.class)
                .hasMessageContaining("atex itself runs on this machine, it is not rebooted");
    }

    @Test
    void onlyPrepareReboots() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(50, "true"));
        harness.finish.add(Harness.scripts(50, "tmt-reboot -c true"));
        harness.started();
        assertThatThrownBy(() -> harness.executor().stop())
                .hasMessageContaining("ATEX_TEST_CONTROL names no open descriptor");
    }

    @Test
    void scriptRestartsAreLimited() throws Exception {
        here();
        harness.limits = ControlLimits.DEFAULT.withMaxRestarts(2);
        harness.prepare.add(Harness.scripts(50, "tmt-reboot -c 'exit 1'"));
        assertThatThrownBy(harness::started)
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("started again 2 times in a row by 'tmt-reboot', without a reboot");
    }

    @Test
    void otherLinesOnControlStreamOfScriptAreIgnored() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(
                50,
                "echo garbage >&3; printf '%0200d\\n' 7 >&3; echo 'result 5' >&3; echo 'exitcode nine' >&3; exit 4"));
        assertThatThrownBy(harness::started)
                .isInstanceOf(PrepareFailedException.class)
                .hasMessageContaining("its script failed with exit code 4");
    }

    // ---- environment

    @Test
    void guestVariablesHaveLowestPrecedence() throws Exception {
        here();
        harness.guest = new PlanMachine.Guest("client", "tester", Map.of("A", "guest", "B", "guest"));
        harness.plan.put("environment", Map.of("B", "plan", "C", "plan", "D", "plan"));
        harness.environment.put("D", "it's given");
        harness.environment.put("a.b", "odd");
        harness.prepare.add(Harness.scripts(
                50,
                "echo \"$A $B $C $D\"; printf '%s\\n' C=file D=file >> \"$TMT_PLAN_ENVIRONMENT_FILE\"",
                "echo \"$A $B $C $D\"; printenv D"));
        harness.test(
                "/u",
                "echo \"$A $B $C $D\"; env | grep -c ^a.b=odd; compgen -v | grep -c atex_kept || true",
                "environment",
                Map.of("D", "test"));
        assertThat(harness.run("/u")).isZero();
        assertThat(log("prepare"))
                .contains("\nguest plan plan it's given\n")
                .endsWith("\nguest plan file it's given\nit's given\n");
        assertThat(harness.output()).isEqualTo("guest plan file it's given\n1\n0\n");
    }

    @Test
    void sourceScriptAppliesToScriptsAndTests() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(
                50,
                "[[ -f $TMT_PLAN_SOURCE_SCRIPT && ! -s $TMT_PLAN_SOURCE_SCRIPT ]]\n"
                        + "echo FROM=file >> $TMT_PLAN_ENVIRONMENT_FILE\n"
                        + "echo 'export LATER=\"after $FROM\"; twice() { echo \"$1 $1\"; }' > $TMT_PLAN_SOURCE_SCRIPT",
                "twice \"$LATER\""));
        harness.test("/u", "twice \"$LATER\"; printenv LATER");
        assertThat(harness.run("/u")).isZero();
        assertThat(log("prepare")).endsWith("after file after file\n");
        assertThat(harness.output()).isEqualTo("after file after file\nafter file\n");
    }

    @Test
    void topologyHasOneGuest() throws Exception {
        here();
        harness.guest = new PlanMachine.Guest("client-1", "tester", Map.of());
        harness.test("/u", """
                . $TMT_TOPOLOGY_BASH
                echo "${TMT_GUEST[name]} ${TMT_GUEST[role]} ${TMT_GUEST[hostname]} $TMT_GUEST_NAMES $TMT_ROLE_NAMES"
                echo "${TMT_GUESTS[client-1.name]} ${TMT_GUESTS[client-1.role]} ${TMT_ROLES[tester]}"
                cat $TMT_TOPOLOGY_YAML
                """);
        assertThat(harness.run("/u")).isZero();
        assertThat(harness.output())
                .startsWith("client-1 tester localhost client-1 tester\nclient-1 tester client-1\n")
                .contains("guest:", "guest-names:\n- client-1\n", "role-names:\n- tester\n", "tester:\n  - client-1\n");
    }

    @Test
    void oneMachineIsAllGuestsOfAPlan() throws Exception {
        here();
        Topology topology = new Topology(
                List.of(
                        new PlanMachine.Guest("server", "big", Map.of()),
                        new PlanMachine.Guest("client", "small", Map.of()),
                        new PlanMachine.Guest("other", "small", Map.of()),
                        new PlanMachine.Guest("last", "", Map.of())),
                "host.example");
        topology.writeTo(directory);
        Process bash = new ProcessBuilder(
                        "bash", "-c", """
                        . "$0"
                        echo "${TMT_GUEST[name]} ${TMT_GUEST[role]} ${TMT_GUEST[hostname]}"
                        echo "$TMT_GUEST_NAMES, $TMT_ROLE_NAMES"
                        echo "${TMT_GUESTS[client.hostname]} ${TMT_GUESTS[other.role]} ${TMT_GUESTS[last.role]}"
                        echo "${TMT_ROLES[big]}, ${TMT_ROLES[small]}, ${#TMT_ROLES[@]}"
                        """, directory.resolve(Topology.BASH).toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("server big host.example\nserver client other last, big small\nhost.example small \n"
                        + "server, client other, 2\n");
        assertThat(bash.waitFor()).isZero();
        assertThat(Yaml.read(Files.readString(directory.resolve(Topology.YAML))))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsEntry("guest-names", List.of("server", "client", "other", "last"))
                .containsEntry("role-names", List.of("big", "small"))
                .containsEntry("roles", Map.of("big", List.of("server"), "small", List.of("client", "other")))
                .extractingByKey("guests", InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("server", "client", "other", "last")
                .containsEntry("client", Map.of("name", "client", "role", "small", "hostname", "host.example"));
    }

    @Test
    void guestWithoutRoleHasEmptyRole() throws Exception {
        here();
        harness.test(
                "/u",
                ". $TMT_TOPOLOGY_BASH; echo \"${TMT_GUEST[name]}-${TMT_GUEST[role]}-$TMT_ROLE_NAMES-${#TMT_ROLES[@]}\"");
        assertThat(harness.run("/u")).isZero();
        assertThat(harness.output()).isEqualTo("default-0---0\n");
    }

    // ---- data of the plan

    @Test
    void planDataIsStoredByMachine() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(50, "echo prepared > $TMT_PLAN_DATA/x"));
        harness.finish.add(Harness.scripts(
                50, "mkdir -p $TMT_PLAN_DATA/deep/er; echo finished > $TMT_PLAN_DATA/deep/er/.y; ls $TMT_PLAN_DATA"));
        harness.test(
                "/u", "cat $TMT_PLAN_DATA/x; echo tested > \"$TMT_PLAN_DATA/two words\"; : > $TMT_PLAN_DATA/empty");
        assertThat(harness.run("/u")).isZero();
        assertThat(harness.output()).isEqualTo("prepared\n");
        harness.executor().stop();
        Path data = run.resolve("plan-data/local");
        assertThat(data.resolve("x")).hasContent("prepared\n");
        assertThat(data.resolve("two words")).hasContent("tested\n");
        assertThat(data.resolve("empty")).isEmptyFile();
        assertThat(data.resolve("deep/er/.y")).hasContent("finished\n");
        assertThat(run.resolve("plan-data")).isDirectoryNotContaining(file -> !file.endsWith("local"));
    }

    @Test
    void emptyPlanDataHasNoDirectory() throws Exception {
        here();
        harness.started();
        harness.executor().stop();
        assertThat(run.resolve("plan-data")).doesNotExist();
    }

    @Test
    void planDataIsStoredAfterFailedPrepareOrFinish() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(50, "echo why > $TMT_PLAN_DATA/x; exit 1"));
        assertThatThrownBy(harness::started).isInstanceOf(PrepareFailedException.class);
        harness.executor().stop();
        assertThat(run.resolve("plan-data/local/x")).hasContent("why\n");
    }

    @Test
    void removedRunDirectoryIsNotCreatedAgain() throws Exception {
        here();
        harness.prepare.add(Harness.scripts(50, "echo x > $TMT_PLAN_DATA/x"));
        harness.started();
        Trees.delete(run);
        assertThatThrownBy(() -> harness.executor().stop())
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("the data of the plan on local cannot be stored");
        assertThat(run).doesNotExist();
    }

    @Test
    void machinesWithSameNameHaveTwoDirectories() throws Exception {
        here();
        Files.createDirectories(run.resolve("plan-data/local"));
        harness.prepare.add(Harness.scripts(50, "echo 2 > $TMT_PLAN_DATA/x"));
        harness.started();
        harness.executor().stop();
        assertThat(run.resolve("plan-data/local-2/x")).hasContent("2\n");
        assertThat(run.resolve("plan-data/local")).isEmptyDirectory();
    }

    @Test
    void hostileNamesAndLinksStayInPlanData() throws Exception {
        here();
        Path outside = Files.writeString(directory.resolve("outside"), "mine\n");
        harness.environment.put("OUTSIDE", outside.toString());
        harness.prepare.add(Harness.scripts(
                50,
                "cd $TMT_PLAN_DATA; ln -s \"$OUTSIDE\" link; ln -s . loop; mkfifo pipe; echo a > $'new\\nline'; "
                        + "echo b > '-rf'; echo c > $'\\xff'; echo d > '\"quoted\\'; mkdir secret; chmod 0 secret"));
        harness.started();
        harness.executor().stop();
        try (var files = Files.walk(run.resolve("plan-data"))) {
            assertThat(files.filter(Files::isRegularFile).map(file -> {
                        try {
                            return Files.readString(file).strip();
                        } catch (IOException e) {
                            throw new IllegalStateException(e);
                        }
                    }))
                    .containsExactlyInAnyOrder("a", "b", "c", "d");
        }
        assertThat(outside).hasContent("mine\n");
    }

    @Test
    void planDataIsLimited() throws Exception {
        here();
        harness.limits = ControlLimits.DEFAULT.withMaxUploadBytes(1000);
        harness.prepare.add(Harness.scripts(
                50, "head -c 600 /dev/zero > $TMT_PLAN_DATA/a; head -c 600 /dev/zero > $TMT_PLAN_DATA/b"));
        harness.started();
        assertThatThrownBy(() -> harness.executor().stop())
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("not all data of the plan ($TMT_PLAN_DATA) on local were fetched")
                .hasMessageContaining("1000");
        assertThat(run.resolve("plan-data/local/a")).hasSize(600);
        assertThat(run.resolve("plan-data/local/b")).doesNotExist();
    }
}
