package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.connection.ssh.Hosts;
import dev.atex.lease.ledger.StateDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Nothing of a test stays on a host where its user may make no control group, however it hides, nor does what was on its way
 * to the host when the run was killed.
 */
@Timeout(300)
class SshEscapeTest {
    /** What a test does; all that it starts holds a lock. */
    private enum Escape {
        /** Forks and exits every millisecond, without an environment; ends by itself after half a minute or more. */
        CHAIN(
                "env -i setsid perl -e 'for (1 .. 20000) { my $p = fork; exit if $p; select undef, undef, undef, 0.001 }' &"),
        DAEMON("env -i setsid sh -c '(trap \"\" HUP INT TERM; sleep 999 &)'"),
        /** Writes a title over its environment, and is nobody's child. */
        TITLE("(setsid perl -e '$0 = \"x\" x 9000; open my $f, \">/tmp/titled\"; sleep 999' &)\n"
                + "until [ -e /tmp/titled ]; do sleep 0.01; done");

        private final String script;

        Escape(String script) {
            this.script = script;
        }

        String thenWait() {
            return "exec 9>/tmp/lock\nflock -n 9\nexec >/dev/null 2>&1\n" + script
                    + "\nexec 9>&-\nif flock -n /tmp/lock true; then exit; fi\n: >/tmp/escaped\nsleep 999";
        }
    }

    private static Hosts hosts;

    @TempDir
    private Path directory;

    private StateDirectory state;
    private int runs;

    @BeforeAll
    static void up() throws Exception {
        hosts = Hosts.up(2);
        Files.writeString(hosts.directory().resolve("password"), "atex test\n");
    }

    @AfterAll
    static void down() throws Exception {
        if (hosts != null) {
            hosts.close();
        }
    }

    private Atex.Call start(String provision) throws Exception {
        state = new StateDirectory(directory.resolve("state/atex"));
        return Atex.in(directory)
                .with(Map.of("XDG_STATE_HOME", directory.resolve("state").toString()))
                .start(
                        "run",
                        "--root",
                        directory.resolve("tree").toString(),
                        "--output",
                        "run" + ++runs,
                        "--provision",
                        "ssh,config=" + hosts.config() + "," + provision);
    }

    private static String withoutRights() {
        return "hosts=tester@sut1,user=tester,password-file="
                + hosts.directory().resolve("password");
    }

    private static String on(String host, String script) throws Exception {
        return hosts.order("exec", host, "sh", "-c", script).strip();
    }

    private static Path tmp(String host) {
        return hosts.directory().resolve("sut" + host + "/tmp");
    }

    @ParameterizedTest
    @EnumSource(Escape.class)
    void abortedTestLeavesNoProcessForNextTest(Escape escape) throws Exception {
        on("1", "rm -f /tmp/*");
        String script = escape.thenWait().replace("\n", "\n  ");
        Tree.in(directory.resolve("tree"))
                .file("a.fmf", "duration: 3s\ntest: |\n  " + script + "\n")
                .test("b", "[ -e /tmp/escaped ] && flock -n /tmp/lock true");
        start(withoutRights()).end();
        assertThat(Tree.own(directory.resolve("run1")).get("/a").note()).contains("timeout");
        assertThat(Tree.own(directory.resolve("run1")).get("/b").status()).isEqualTo("pass");
        assertThat(on("1", "pgrep -u 5000 -x 'sleep|perl' || :")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Escape.class)
    void killedRunLeavesNoProcess(Escape escape) throws Exception {
        on("1", "rm -f /tmp/*");
        Tree.in(directory.resolve("tree")).test("a", escape.thenWait());
        Atex.Call run = start(withoutRights());
        Watch.untilThereIs(tmp("1").resolve("escaped"));
        run.signal("KILL");
        run.end();
        Watch.untilFreed(state, escape.toString());
        assertThat(on("1", "flock -n /tmp/lock echo free")).isEqualTo("free");
        assertThat(on("1", "pgrep -u 5000 -x 'sleep|perl' || :")).isEmpty();
    }

    /** The order to lock the host comes true when the reaper has looked and found nothing. */
    @Test
    void lateLockOrderLeavesNothing() throws Exception {
        Tree.in(directory.resolve("tree")).test("a", "true");
        on("2", """
                cp /usr/bin/timeout /run/timeout
                cat > /run/late <<'END'
                #!/bin/bash
                [ "$9" = lock ] && [ ! -e /tmp/go ] || exec /run/timeout "$@"
                : >/tmp/waits
                until [ -e /tmp/go ]; do sleep 0.1; done
                trap '' PIPE
                /run/timeout "$@"
                : >/tmp/came
                END
                chmod 755 /run/late
                mount --bind /run/late /usr/bin/timeout
                """);
        Atex.Call run = start("hosts=sut2");
        Watch.untilThereIs(tmp("2").resolve("waits"));
        run.signal("KILL");
        run.end();
        Watch.untilFreed(state, "late lock");
        Files.createFile(tmp("2").resolve("go"));
        Watch.untilThereIs(tmp("2").resolve("came"));
        assertThat(on("2", "ls -d /var/atex-host/lock /var/atex-host/leases/* 2>/dev/null || :"))
                .isEmpty();
        start("hosts=sut2,lock-wait=0s").end().expect(0);
        assertThat(on("2", "ls -d /var/atex-host/lock /var/atex-host/leases/* 2>/dev/null || :"))
                .isEmpty();
    }
}
