package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.AnsibleAccess;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import dev.atex.connection.Exit;
import dev.atex.connection.RemoteProcess;
import dev.atex.executor.Executor;
import dev.atex.executor.ExecutorException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.plan.Ansible;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.plan.PlanMachine;
import dev.atex.executor.fmf.steps.PlaybookRun;
import dev.atex.executor.fmf.steps.PrepareFailedException;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.local.LocalConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Playbooks of Ansible, with a program in its place that writes down how it was called; in the end with the real one. */
@Timeout(120)
@Tag("slow")
class PlaybooksTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final String FAKE = """
            #!/bin/bash
            here=${0%/*}
            {
              printf 'argument %s\\n' "$@"
              echo "directory $PWD"
              echo "variables $A $B $ENGINE"
              if [[ $1 == -i ]]; then
                stat -c 'closed %a' "${2%/*}"
                cat "$2"
              fi
            } >> "$here/calls"
            read -r -t 60 && echo "there is input" >> "$here/calls"
            echo "told by the playbook"
            [[ ! -e $here/says ]] || cat "$here/says"
            if [[ -e $here/hang ]]; then
              setsid sleep 987654 &
              echo $! > "$here/child.new"
              mv "$here/child.new" "$here/child"
              sleep 987654
            fi
            [[ ! -e $here/code ]] || exit $(<"$here/code")
            """;

    @TempDir
    private Path directory;

    private Path programs;
    private Harness harness;

    /** A machine that is said to be reached in some way, and is this host. */
    private record Reached(LocalConnection host, Optional<AnsibleAccess> ansible) implements Connection {
        @Override
        public void connect(Deadline deadline) throws ConnectionException, InterruptedException {
            host.connect(deadline);
        }

        @Override
        public void disconnect() {
            host.disconnect();
        }

        @Override
        public RemoteProcess start(Command command) throws ConnectionException, InterruptedException {
            return host.start(command);
        }

        @Override
        public void upload(Path from, String to, Deadline deadline) throws ConnectionException, InterruptedException {
            host.upload(from, to, deadline);
        }

        @Override
        public void download(String from, Path to, Deadline deadline) throws ConnectionException, InterruptedException {
            host.download(from, to, deadline);
        }
    }

    private void on(Connection connection, boolean fake) throws IOException {
        programs = Files.createDirectory(directory.resolve("programs"));
        harness = new Harness(connection, directory);
        harness.run = Optional.of(Files.createDirectory(directory.resolve("run")));
        harness.test("/t", "true");
        Files.writeString(harness.tree.resolve("book.yml"), "- hosts: all\n");
        if (fake) {
            Path program = Files.writeString(programs.resolve("ansible-playbook"), FAKE);
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
            Map<String, String> here = new HashMap<>(System.getenv());
            here.put("PATH", programs + ":" + here.get("PATH"));
            harness.here = here;
        }
    }

    private void here() throws IOException {
        on(new LocalConnection(), true);
    }

    private void reachedBy(String... variables) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            all.put(variables[i], variables[i + 1]);
        }
        on(
                new Reached(
                        new LocalConnection(),
                        Optional.of(new AnsibleAccess(all, Map.of("ENGINE", "socket"), LocalConnection::new))),
                true);
    }

    @AfterEach
    void stop() throws Exception {
        harness.close();
        assertThat(harness.leftovers()).isEmpty();
    }

    private static Phase playbooks(List<String> books, String... arguments) {
        return new Phase.Playbooks("books", 50, books, List.of(arguments));
    }

    private List<String> calls() throws IOException {
        Path calls = programs.resolve("calls");
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private String log() throws IOException {
        try (Stream<Path> logs = Files.list(directory.resolve("run/machines"))) {
            return Files.readString(logs.findFirst().orElseThrow());
        }
    }

    @Test
    void playbooksConnectLocallyOnThisHost() throws Exception {
        here();
        Files.createDirectories(harness.tree.resolve("sub"));
        Files.writeString(harness.tree.resolve("sub/second.yml"), "");
        harness.plan.put("environment", Map.of("A", "plan", "B", "plan"));
        harness.environment.put("B", "given");
        harness.prepare.add(playbooks(List.of("book.yml", "/sub/second.yml", "one.two.three"), "-e", "x=1 2"));
        harness.started();
        List<String> calls = calls();
        assertThat(calls).filteredOn(line -> line.startsWith("variables ")).containsOnly("variables plan given ");
        String tree = calls.stream()
                .filter(line -> line.startsWith("directory "))
                .findFirst()
                .orElseThrow()
                .substring(10);
        assertThat(calls.subList(0, 9))
                .containsExactly(
                        "argument -c",
                        "argument local",
                        "argument -i",
                        "argument localhost,",
                        "argument -e",
                        "argument x=1 2",
                        "argument " + tree + "/book.yml",
                        "directory " + tree,
                        "variables plan given ");
        assertThat(calls).contains("argument " + tree + "/sub/second.yml", "argument one.two.three");
        assertThat(calls).doesNotContain("there is input");
        assertThat(log())
                .isEqualTo(
                        "== prepare, phase 'books', playbooks\n-- playbook book.yml\ntold by the playbook\n"
                                + "-- playbook /sub/second.yml\ntold by the playbook\n-- playbook one.two.three\ntold by the playbook\n");
    }

    @Test
    void playbooksUseInventoryOnOtherMachines() throws Exception {
        reachedBy(
                "ansible_connection", "ssh",
                "ansible_host", "a.example.com",
                "ansible_port", "2222",
                "ansible_password", "it's {{ secret }}",
                "ansible_ssh_common_args", "'-F' '/some/config'");
        harness.guest = new PlanMachine.Guest("client", "", Map.of());
        harness.prepare.add(playbooks(List.of("book.yml")));
        harness.started();
        assertThat(calls()).filteredOn(line -> line.startsWith("argument ")).noneMatch(line -> line.contains("secret"));
        assertThat(calls())
                .contains("argument --limit", "argument client", "closed 700", "variables   socket")
                .containsSequence(
                        "all:",
                        "  hosts:",
                        "    client:",
                        "      ansible_connection: 'ssh'",
                        "      ansible_host: 'a.example.com'",
                        "      ansible_port: '2222'",
                        "      ansible_password: !unsafe 'it''s {{ secret }}'",
                        "      ansible_ssh_common_args: '''-F'' ''/some/config'''");
        String inventory = calls().get(1).substring("argument ".length());
        assertThat(Path.of(inventory)).as("is gone").doesNotExist();
        assertThat(log()).startsWith("== prepare, python3 for Ansible\n").endsWith("told by the playbook\n");
    }

    @Test
    void failedPlaybookFailsPrepare() throws Exception {
        here();
        Files.writeString(programs.resolve("code"), "4");
        harness.prepare.add(playbooks(List.of("book.yml")));
        assertThatThrownBy(harness::started)
                .isInstanceOf(PrepareFailedException.class)
                .hasMessage("prepare of plan '/plan', phase 'books': playbook book.yml failed with exit code 4.\n"
                        + "Output:\ntold by the playbook");
    }

    @Test
    void missingCollectionIsReported() throws Exception {
        reachedBy("ansible_connection", "containers.podman.podman", "ansible_host", "0123");
        Files.writeString(programs.resolve("code"), "4");
        Files.writeString(
                programs.resolve("says"), "fatal: the connection plugin 'containers.podman.podman' was not found\n");
        harness.prepare.add(playbooks(List.of("book.yml")));
        assertThatThrownBy(harness::started)
                .hasMessageContaining("ansible-galaxy collection install containers.podman\n");
    }

    @Test
    void missingPlaybookIsReported() throws Exception {
        here();
        harness.prepare.add(playbooks(List.of("nobook.yml")));
        assertThatThrownBy(harness::started)
                .hasMessageContaining("there is no playbook 'nobook.yml' in the tree of the plan");
        assertThat(calls()).isEmpty();
    }

    @Test
    void finishRunsPlaybooks() throws Exception {
        here();
        harness.finish.add(playbooks(List.of("file://" + harness.tree.resolve("book.yml"))));
        harness.started();
        assertThat(calls()).isEmpty();
        harness.executor().stop();
        assertThat(calls()).contains("argument " + harness.tree.resolve("book.yml"));
    }

    @Test
    void cancelEndsPlaybookAndItsProcesses() throws Exception {
        here();
        Files.writeString(programs.resolve("hang"), "");
        harness.prepare.add(playbooks(List.of("book.yml")));
        harness.connection.connect(Deadline.after(PATIENCE));
        Executor executor = harness.executor();
        try (TaskScope scope = TaskScope.open("cancel")) {
            scope.run("cancel", () -> {
                try (LocalConnection other = new LocalConnection()) {
                    other.connect(Deadline.after(PATIENCE));
                    other.run(
                            Command.of("bash", "-c", "until [[ -e '" + programs + "/child' ]]; do sleep 0.01; done"),
                            Deadline.after(PATIENCE));
                }
                executor.cancel();
            });
            assertThatThrownBy(executor::start)
                    .isInstanceOf(ExecutorException.class)
                    .hasMessageContaining("cancel requested");
        }
        long child = Long.parseLong(Files.readString(programs.resolve("child")).strip());
        for (ProcessHandle ended : ProcessHandle.of(child).stream().toList()) {
            ended.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS); // whoever inherits it may take its time
        }
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(line -> line.contains(programs.toString()));
    }

    /** As when this program is killed: nobody else has the other end. */
    @Test
    void playbookEndsWhenAtexDies() throws Exception {
        here();
        try (LocalConnection local = new LocalConnection()) {
            local.connect(Deadline.after(PATIENCE));
            try (RemoteProcess process = local.start(Command.of(
                    "sh", "-c", PlaybookRun.LEASH, "atex-ansible", directory.toString(), "sleep", "987654"))) {
                process.stdin().close();
                assertThat(process.await(Deadline.after(PATIENCE))).isIn(new Exit.Signal(15), new Exit.Code(143));
            }
        }
    }

    @Test
    void prepareFailsWithoutAnsible() throws Exception {
        here();
        harness.here = Map.of("PATH", harness.tree.toString());
        harness.prepare.add(playbooks(List.of("book.yml")));
        assertThatThrownBy(harness::started)
                .isInstanceOf(ExecutorException.class)
                .hasMessageContaining("no ansible-playbook on the PATH of this host: install ansible-core");
    }

    @Test
    void machineThatAnsibleCannotReachIsReported() throws Exception {
        on(new Reached(new LocalConnection(), Optional.empty()), true);
        harness.prepare.add(playbooks(List.of("book.yml")));
        assertThatThrownBy(harness::started).hasMessageContaining("Ansible cannot reach ");
    }

    @Test
    void playbooksCanBeSkipped() throws Exception {
        here();
        harness.playbooks = false;
        harness.here = Map.of();
        harness.prepare.add(playbooks(List.of("book.yml")));
        harness.started();
        assertThat(log()).isEqualTo("== prepare, phase 'books', playbooks\nleft out: book.yml\n");
    }

    @Test
    void planWithPlaybooksIsRefusedWithoutAnsible() throws Exception {
        here();
        Phase phase = playbooks(List.of("book.yml"));
        FmfPlan plan = new FmfPlan(
                "/ci",
                Map.of(),
                Map.of(),
                List.of(phase),
                List.of(phase),
                new PlanMachine.Unspecified(),
                PlanMachine.Guest.USUAL);
        assertThat(Ansible.steps(plan)).isEqualTo(2);
        assertThat(Ansible.findings(plan, true)).isEmpty();
        assertThat(Ansible.findings(FmfPlan.none(), false)).isEmpty();
        Finding finding = Ansible.findings(plan, false).getFirst();
        assertThat(finding.severity()).isEqualTo(Finding.Severity.REFUSED);
        assertThat(finding.kind()).isEqualTo("ansible");
        assertThat(finding.text()).contains("install ansible-core here, or --allow ansible to leave these 2 steps out");
        assertThat(Ansible.find(harness.here)).hasValue(programs.resolve("ansible-playbook"));
        assertThat(Ansible.find(Map.of("PATH", ":/nowhere"))).isEmpty();
    }

    // ---- the real one

    @Test
    void realPlaybookRuns() throws Exception {
        assumeTrue(Ansible.isOnPath(), "there is no ansible-playbook here");
        on(new LocalConnection(), false);
        Path proof = directory.resolve("proof");
        harness.environment.put("PROOF", proof.toString());
        Files.writeString(harness.tree.resolve("book.yml"), """
                - hosts: all
                  tasks:
                    - copy:
                        content: "{{ lookup('env', 'PROOF') }} {{ extra }}"
                        dest: "{{ lookup('env', 'PROOF') }}"
                """);
        harness.prepare.add(playbooks(List.of("book.yml"), "-e", "extra=given"));
        harness.started();
        assertThat(proof).hasContent(proof + " given");
        assertThat(log()).contains("PLAY RECAP").contains("changed=1");
    }

    @Test
    void realFailedPlaybookReportsReason() throws Exception {
        assumeTrue(Ansible.isOnPath(), "there is no ansible-playbook here");
        on(new LocalConnection(), false);
        Files.writeString(harness.tree.resolve("book.yml"), """
                - hosts: all
                  gather_facts: false
                  tasks:
                    - fail: {msg: "not today"}
                """);
        harness.prepare.add(playbooks(List.of("book.yml")));
        assertThatThrownBy(harness::started)
                .isInstanceOf(PrepareFailedException.class)
                .hasMessageContaining("playbook book.yml failed with exit code 2")
                .hasMessageContaining("not today");
    }
}
