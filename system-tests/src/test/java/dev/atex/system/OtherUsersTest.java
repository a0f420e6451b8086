package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.files.OtherUser;
import dev.atex.lease.ledger.LeaseNames;
import dev.atex.lease.ledger.StateDirectory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Root and another user on one host: what the one leaves goes, and nothing of the other is touched or in the way. */
class OtherUsersTest {
    private static final int LEASES = 6;

    /** More levels than a path may have bytes, directories that nobody may read, and, as root, files that cannot be deleted. */
    private static final String TANGLE = """
            pwd >$READY/place
            mkdir -p locked/below && echo >locked/below/file && echo >$'odd\\xff'
            if [[ $EUID -eq 0 ]]; then chattr +i locked/below/file locked || :; fi
            chmod 000 locked/below
            chunk=; for i in {1..20}; do chunk=$chunk$(printf 'd%.0s' {1..80})/; done
            for i in {1..75}; do mkdir -p $chunk && cd $chunk || exit; done
            echo >deepest && echo >$READY/ready
            until [[ -e $READY/go ]]; do sleep 0.1; done
            """;

    private Path directory;
    private Path ready;
    private Path shared;
    private StateDirectory state;
    private Atex atex;

    @BeforeEach
    void make() throws Exception {
        OtherUser.assumed();
        directory = Files.createTempDirectory("other-users");
        Files.setAttribute(directory, "unix:mode", 0755);
        ready = Files.createDirectory(directory.resolve("ready"));
        shared = Files.createDirectory(directory.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 01777);
        state = new StateDirectory(
                Files.createDirectory(directory.resolve("state")).resolve("atex"));
        Files.createDirectory(directory.resolve("home"));
        Tree.in(directory.resolve("tree"))
                .test("tangle", TANGLE)
                .test("waits", "echo >$READY/ready; until [[ -e $READY/go ]]; do sleep 0.1; done");
        atex = atex(Map.of());
    }

    @AfterEach
    void remove() throws Exception {
        Process process = new ProcessBuilder("rm", "-rf", directory.toString()).start();
        assertThat(process.waitFor()).isZero();
    }

    private Atex atex(Map<String, String> more) {
        Map<String, String> variables = new LinkedHashMap<>(Map.of(
                "XDG_STATE_HOME",
                state.path().getParent().toString(),
                "HOME",
                directory.resolve("home").toString(),
                "TMPDIR",
                shared.toString()));
        variables.putAll(more);
        return Atex.in(directory).with(variables);
    }

    private static List<String> command(boolean other, String... words) {
        List<String> command =
                new ArrayList<>(List.of(Atex.SOURCES.resolve("atex").toString()));
        command.addAll(List.of(words));
        return other ? OtherUser.argv(command) : command;
    }

    private List<String> run(boolean other, String test) {
        return command(other, "run", "--root", "tree", "-t", "/" + test, "--output", "out", "-e", "READY=" + ready);
    }

    @Test
    void unreadableDirectoryOfTreeIsReported() throws Exception {
        Path hidden = Files.createDirectory(directory.resolve("tree/hidden"));
        Files.writeString(hidden.resolve("main.fmf"), "test: 'true'\n");
        Files.setAttribute(hidden, "unix:mode", 0700);
        Atex.Result discovered =
                atex.startAs(command(true, "discover", "--root", "tree")).end().expect(0);
        assertThat(discovered.out()).isEqualTo("/tangle\n/waits\n");
        assertThat(discovered.err())
                .isEqualTo("note: " + hidden
                        + ": this directory cannot be read (permission denied): metadata in it are missing\n");
        assertThat(atex.call("discover", "--root", "tree").expect(0).out()).isEqualTo("/hidden\n/tangle\n/waits\n");
    }

    private Path workDirectory() throws Exception {
        Path place = Path.of(Files.readString(ready.resolve("place")).strip());
        while (!place.getFileName().toString().startsWith("atex-")) {
            place = place.getParent();
        }
        return place;
    }

    @ParameterizedTest
    @CsvSource({"run, false", "guard, false", "reap, false", "run, true", "guard, true", "reap, true"})
    void tangledWorkDirectoryIsDeleted(String by, boolean other) throws Exception {
        if (other) {
            OtherUser.own(directory);
            atex = atex(Map.of());
        }
        Atex here = by.equals("reap") ? atex(Map.of("ATEX_NO_GUARD", "1")) : atex;
        Atex.Call run = here.startAs(run(other, "tangle"));
        Watch.untilThereIs(ready.resolve("ready"));
        Path work = workDirectory();
        assertThat(work).exists();
        if (by.equals("run")) {
            Files.createFile(ready.resolve("go"));
            run.end().expect(0);
        } else {
            run.signal("KILL");
            run.end();
            if (by.equals("reap")) {
                assertThat(work).exists();
                here.startAs(command(other, "reap")).end().expect(0);
            }
            Watch.untilFreed(state, by);
        }
        assertThat(work).doesNotExist();
        assertThat(shared.toFile().list()).isEmpty();
        assertThat(state.runs()).isEmpty();
    }

    /** All names that follow from what any user of the host can see of a run. */
    private List<Path> guessed(String run) {
        List<Path> names = new ArrayList<>();
        for (Path parent : List.of(shared, Path.of("/tmp"))) {
            for (int i = 1; i <= LEASES; i++) {
                String id = run + "-" + i;
                Stream.of(id, id + "-1", LeaseNames.shortName(id), LeaseNames.shortName(id) + "-ssh")
                        .map(name -> parent.resolve("atex-" + name))
                        .forEach(names::add);
            }
            names.add(parent.resolve("atex-fetched-" + run));
        }
        return names;
    }

    private static void plant(List<Path> names, Path victim) throws Exception {
        for (Path each : names) {
            OtherUser.run("mkdir", "-m", "777", each.toString());
            OtherUser.run("ln", "-s", victim.toString(), each.resolve("link").toString());
            OtherUser.run("mkfifo", each.resolve("owner.lock").toString());
            OtherUser.run("mkdir", each.resolve("canary").toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"guard", "reap"})
    void namesOfDeadRunTakenByOtherUserAreNotDeleted(String by) throws Exception {
        Path victim = Files.createDirectory(directory.resolve("victim"));
        Files.writeString(victim.resolve("canary"), "x");
        Atex here = by.equals("reap") ? atex(Map.of("ATEX_NO_GUARD", "1")) : atex;
        Atex.Call run = here.startAs(run(false, "waits"));
        Watch.untilThereIs(ready.resolve("ready"));
        List<Path> planted = guessed(state.runs().getFirst());
        try {
            plant(planted, victim);
            run.signal("KILL");
            run.end();
            if (by.equals("reap")) {
                here.call("reap").expect(0);
            }
            Watch.untilFreed(state, by);
            for (Path each : planted) {
                assertThat(each.resolve("canary")).exists();
                assertThat(Files.exists(each.resolve("owner.lock"), LinkOption.NOFOLLOW_LINKS))
                        .isTrue();
            }
            assertThat(victim.resolve("canary")).exists();
        } finally {
            for (Path each : planted) {
                Process process = new ProcessBuilder("rm", "-rf", each.toString()).start();
                assertThat(process.waitFor()).isZero();
            }
        }
    }

    @Test
    void namesOfRunningRunTakenByOtherUserDoNotStopIt() throws Exception {
        Atex.Call run = atex.startAs(run(false, "waits"));
        Watch.untilThereIs(ready.resolve("ready"));
        List<Path> planted = guessed(state.runs().getFirst());
        try {
            plant(planted, directory);
            Files.createFile(ready.resolve("go"));
            run.end().expect(0);
            assertThat(planted).allMatch(each -> Files.exists(each.resolve("canary")));
            assertThat(state.runs()).isEmpty();
        } finally {
            for (Path each : planted) {
                Process process = new ProcessBuilder("rm", "-rf", each.toString()).start();
                assertThat(process.waitFor()).isZero();
            }
        }
    }
}
