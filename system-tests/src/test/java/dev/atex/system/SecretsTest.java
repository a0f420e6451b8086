package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.connection.ssh.Hosts;
import dev.atex.podman.EngineService;
import dev.atex.podman.Testbed;
import dev.atex.podman.TestbedAlone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run is given for its tests is in no argument of any process: every user of a host sees those. */
@Timeout(300)
@ExtendWith(TestbedAlone.class)
class SecretsTest {
    private static final String SECRET = "s3cret" + UUID.randomUUID();

    /** Of a process that tests start, to show that those are looked at. */
    private static final String OPEN = "1." + System.nanoTime();

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>();

    private void noArgumentTells(String provision, String... more) throws Exception {
        Tree.in(directory.resolve("tree"))
                .file("plan.fmf", """
                discover: {how: fmf}
                execute: {how: tmt}
                environment: {FROM_PLAN: plan-SECRET}
                prepare:
                  - how: shell
                    script: 'test "$FROM_PLAN$FROM_FILE" = plan-SECRETfile-SECRET; sleep 0.OPEN'
                finish:
                  - how: shell
                    script: 'test "$FROM_PLAN$FROM_FILE" = plan-SECRETfile-SECRET; sleep 0.OPEN'
                """.replace("SECRET", SECRET).replace("0.OPEN", OPEN))
                .file("tests.fmf", """
                environment: {FROM_TEST: test-SECRET}
                test: |
                  test "$FROM_PLAN$FROM_FILE$FROM_TEST" = plan-SECRETfile-SECRETtest-SECRET || exit 1
                  sleep 0.OPEN
                /plain: {}
                /terminal: {tty: true}
                """.replace("SECRET", SECRET).replace("0.OPEN", OPEN));
        Path file = Files.writeString(directory.resolve("variables"), "# secret\n\nFROM_FILE=file-" + SECRET + "\n");
        try (CommandLines lines = CommandLines.watch(SECRET, "sleep " + OPEN)) {
            Atex.in(directory)
                    .with(environment)
                    .call(Stream.concat(
                                    Stream.of(
                                            "run",
                                            "--root",
                                            "tree",
                                            "--plan",
                                            "/plan",
                                            "--output",
                                            "run",
                                            "--env-file",
                                            file.toString(),
                                            "--provision",
                                            provision),
                                    Stream.of(more))
                            .toArray(String[]::new))
                    .expect(0);
            assertThat(Tree.own(directory.resolve("run"))).hasSize(2);
            assertThat(lines.seen()).anyMatch(line -> line.contains("sleep " + OPEN));
            assertThat(lines.seen()).noneMatch(line -> line.contains(SECRET));
        }
    }

    @Test
    void variablesAreNotInArgumentsOnThisHost() throws Exception {
        noArgumentTells("local");
    }

    @Test
    void variablesAreNotInArgumentsInPodman() throws Exception {
        noArgumentTells(Testbed.provision(Testbed.image()));
    }

    @Test
    void variablesAreNotInArgumentsInDocker() throws Exception {
        try (EngineService service = EngineService.docker()) {
            service.start();
            environment.putAll(service.engine().environment());
            noArgumentTells(service.provision());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void variablesAreNotInArgumentsOverSsh(String transport) throws Exception {
        try (Hosts hosts = Hosts.up(1)) {
            noArgumentTells("ssh,hosts=sut1,transport=" + transport + ",config=" + hosts.config());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"built-in", "openssh"})
    void variablesAreNotInArgumentsOverSshWithSudo(String transport) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/sudo")), "there is no sudo");
        try (Hosts hosts = Hosts.up(1)) {
            Path password = Files.writeString(directory.resolve("password"), "atex test\n");
            noArgumentTells("ssh,hosts=sut1,user=tester,sudo=root,password-file=" + password + ",transport=" + transport
                    + ",config=" + hosts.config());
        }
    }

    @Test
    void envFileIsReadOrRefused() throws Exception {
        Tree.in(directory.resolve("tree")).test("one", "[ \"$A|$B|$C\" = '1=2| x #|over' ]");
        Path file = Files.writeString(directory.resolve("variables"), "A=1=2\nB= x #\nC=under\n");
        Atex.in(directory)
                .call("run", "--root", "tree", "--output", "run", "--env-file", file.toString(), "--env", "C=over")
                .expect(0);
        Files.writeString(file, "A=1\nnothing " + SECRET + "\n");
        assertThat(Atex.in(directory)
                        .call("run", "--root", "tree", "--env-file", file.toString())
                        .expect(2)
                        .err())
                .contains("line 2")
                .doesNotContain(SECRET);
    }
}
