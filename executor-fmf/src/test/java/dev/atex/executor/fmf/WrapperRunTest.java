package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Output;
import dev.atex.executor.fmf.control.ControlEnd;
import dev.atex.executor.fmf.machine.ChangeSignal;
import dev.atex.executor.fmf.machine.ControlHandler;
import dev.atex.executor.fmf.machine.ProcessMark;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.machine.WrapperCommand;
import dev.atex.executor.fmf.machine.WrapperExit;
import dev.atex.executor.fmf.machine.WrapperRun;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.shell.Variables;
import dev.atex.local.LocalConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The wrapper in bash and its supervision, over the connection to this host. */
@Timeout(60)
class WrapperRunTest {
    private final LocalConnection connection = new LocalConnection();
    private final Workspace.Identity identity = Workspace.Identity.on(connection);
    private final ChangeSignal changes = new ChangeSignal();

    @TempDir
    private Path directory;

    private Workspace workspace;

    @BeforeEach
    void start() throws Exception {
        connection.connect(Deadline.after(Duration.ofSeconds(10)));
        workspace = Workspace.create(connection, identity, Deadline.after(Duration.ofSeconds(10)));
        Path staging = Files.createDirectory(directory.resolve("staging"));
        for (RemoteScripts script : RemoteScripts.values()) {
            Files.writeString(staging.resolve(script.fileName()), script.text());
        }
        Files.writeString(staging.resolve("environment"), "");
        connection.upload(staging, workspace.path(), Deadline.after(Duration.ofSeconds(10)));
    }

    @AfterEach
    void stop() throws Exception {
        Workspace.remove(connection, identity, Optional.of(workspace), Deadline.after(Duration.ofSeconds(20)));
        assertThat(Path.of(workspace.path())).doesNotExist();
        workspace.cgroup().ifPresent(group -> assertThat(Path.of(group)).doesNotExist());
        connection.disconnect(Deadline.after(Duration.ofSeconds(10)));
    }

    @Test
    void exitCodeAndOutputArrive() throws Exception {
        assertThat(run("echo out; echo err >&2; printf '\\0'; exit 7")).isEqualTo(new WrapperExit.Exited(7));
        assertThat(output()).isEqualTo("out\nerr\n\0");
    }

    @Test
    void signalIsExitCode128Plus() throws Exception {
        assertThat(run("kill -9 $$")).isEqualTo(new WrapperExit.Exited(137));
    }

    @Test
    void onlyTheFourDescriptorsAreInherited() throws Exception {
        assertThat(run("for ((i = 0; i < 250; i++)); do [[ -e /proc/$$/fd/$i ]] && echo -n \"$i \"; done; true"))
                .isEqualTo(new WrapperExit.Exited(0));
        assertThat(output()).isEqualTo("0 1 2 3 ");
    }

    @Test
    void anyVariableNameAndValueArrives() throws Exception {
        Map<String, String> variables =
                Map.of("a-b", "x'y\nz", "UID", "5", "work", "w", "script", "s", "PATH", "/nowhere");
        WrapperCommand job = job(
                "while IFS= read -r -d '' v; do case $v in a-b=*|UID=*|work=*|script=*|PATH=*) printf '%s|' "
                        + "\"$v\";; esac; done < /proc/$$/environ",
                variables, false);
        assertThat(run(job, () -> false, WrapperRun.UNLIMITED)).isEqualTo(new WrapperExit.Exited(0));
        assertThat(output().split("\\|"))
                .containsExactlyInAnyOrder("a-b=x'y\nz", "UID=5", "work=w", "script=s", "PATH=/nowhere");
    }

    @Test
    void longScriptsAreRun() throws Exception {
        assertThat(run("# " + "x".repeat(200_000) + "\nexit 3")).isEqualTo(new WrapperExit.Exited(3));
    }

    @Test
    void processListShowsNoVariablesOrScript() throws Exception {
        String script =
                "for p in /proc/[0-9]*; do grep -aq 'hidden[0-9]' $p/cmdline 2>/dev/null && echo $p; done; : hidden2";
        WrapperCommand job = job(script, Map.of("TOKEN", "hidden1"), false);
        assertThat(run(job, () -> false, WrapperRun.UNLIMITED)).isEqualTo(new WrapperExit.Exited(0));
        assertThat(output()).isEmpty();
    }

    @Test
    void terminalIsEightyByTwentyFour() throws Exception {
        WrapperCommand job = job("test -t 0 && stty size; exit 4", Map.of("TERM", "vt100"), true);
        assertThat(run(job, () -> false, WrapperRun.UNLIMITED)).isEqualTo(new WrapperExit.Exited(4));
        assertThat(output()).isEqualTo("24 80\r\n");
    }

    @Test
    void processGroupEndsWithTheTestAndDaemonsDoNotHoldIt() throws Exception {
        assertThat(run("sleep 1234 & setsid sleep 1235 & exit 0")).isEqualTo(new WrapperExit.Exited(0));
        for (ProcessHandle killed : processes("1234")) {
            killed.onExit().get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void cancelEndsAllIncludingSessionsOfTheirOwn() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        String script = "trap '' HUP; setsid sleep 2345 & env -i setsid sleep 2345 & sleep 2345 & echo go >&3; wait";
        WrapperExit end = runUntilGo(job(script, Map.of(), false), cancelled::get, () -> {
            cancelled.set(true);
            changes.signal();
        });
        assertThat(end).isEqualTo(new WrapperExit.Cancelled());
        if (workspace.cgroup().isPresent()) {
            assertThat(processes("2345")).isEmpty();
        }
    }

    @Test
    void cancelBeforeTheStartIsNotLost() throws Exception {
        assertThat(run(job("sleep 3456", Map.of(), false), () -> true, WrapperRun.UNLIMITED))
                .isEqualTo(new WrapperExit.Cancelled());
        assertThat(processes("3456")).isEmpty();
    }

    @Test
    void timeLimitEndsIt() throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMillis(100));
        assertThat(run(job("sleep 4567", Map.of(), false), () -> false, deadline::remainingNanos))
                .isEqualTo(new WrapperExit.TimedOut());
        assertThat(processes("4567")).isEmpty();
    }

    @Test
    void killedWrapperIsUnexpected() throws Exception {
        assertThat(run("kill -9 $PPID; sleep 5678")).isEqualTo(new WrapperExit.Unexpected(137));
    }

    @Test
    void closedControlStreamIsNoTimeout() throws Exception {
        WrapperCommand job = job("sleep 6789", Map.of(), false);
        WrapperExit end = attempt(job, control -> new ControlEnd.EndOfStream()).run(WrapperRun.UNLIMITED, () -> false);
        assertThat(end).isInstanceOf(WrapperExit.Unexpected.class);
        assertThat(processes("6789")).isEmpty();
    }

    private WrapperExit run(String script) throws Exception {
        return run(job(script, Map.of(), false), () -> false, WrapperRun.UNLIMITED);
    }

    private WrapperExit run(WrapperCommand job, java.util.function.BooleanSupplier cancelled, LongSupplier limit)
            throws Exception {
        return attempt(job, control -> read(control, line -> false)).run(limit, cancelled);
    }

    private WrapperExit runUntilGo(WrapperCommand job, java.util.function.BooleanSupplier cancelled, Runnable then)
            throws Exception {
        return attempt(
                        job,
                        control -> read(control, line -> {
                            if (line.equals("go")) {
                                then.run();
                            }
                            return false;
                        }))
                .run(WrapperRun.UNLIMITED, cancelled);
    }

    private WrapperRun attempt(WrapperCommand job, ControlHandler handler) {
        Output captured = Output.appendTo(directory.resolve("output"), job.endMark());
        return new WrapperRun(connection, workspace, job, captured, handler, changes);
    }

    private WrapperCommand job(String script, Map<String, String> variables, boolean tty) {
        ProcessMark mark = workspace.mark("1");
        String end = "END" + mark.text();
        return new WrapperCommand("/tmp", script, Variables.export(variables), "", mark, end, true, tty, true, true);
    }

    private static ControlEnd read(InputStream control, Predicate<String> stop) throws IOException {
        BufferedReader reader = new BufferedReader(new InputStreamReader(control, StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null && !stop.test(line); line = reader.readLine()) {
            if (line.startsWith("exitcode ")) {
                return new ControlEnd.Exited(Integer.parseInt(line.substring(9)));
            }
        }
        return new ControlEnd.EndOfStream();
    }

    private String output() throws IOException {
        return Files.readString(directory.resolve("output"));
    }

    private static List<ProcessHandle> processes(String argument) {
        return ProcessHandle.allProcesses()
                .filter(handle -> handle.info()
                        .arguments()
                        .map(List::of)
                        .orElse(List.of())
                        .contains(argument))
                .toList();
    }
}
