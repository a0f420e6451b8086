package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.testingfarm.Farm;
import dev.atex.testingfarm.StandIn;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines at the end of their time: the stand-in takes them back after real minutes, and restarts them. */
@Timeout(300)
class TestingFarmExpiryTest {
    /** A returned machine is rebooted for another user: connections to it end. */
    private static final String TAKEN_BACK = "address=${1#*@}; '%s' reboot '%s' $((${address##*.} - 10))";

    @TempDir
    private Path directory;

    private Farm farm;

    private void up() throws Exception {
        farm = Farm.up(2, hosts -> new String[] {
                    "--on-release", TAKEN_BACK.formatted(Atex.SOURCES.resolve("tools/ssh-hosts"), hosts.directory())
                })
                .withKey();
    }

    @AfterEach
    void down() throws Exception {
        if (farm != null) {
            farm.service().assertClean("at the end");
            farm.close();
        }
    }

    private Atex atex() {
        Map<String, String> environment = new HashMap<>(StandIn.ENVIRONMENT);
        environment.put("TESTING_FARM_API_URL", farm.service().url());
        environment.put("XDG_STATE_HOME", directory.resolve("state").toString());
        return Atex.in(directory).with(environment);
    }

    private Atex.Result run(int minutes) throws Exception {
        return atex().call(
                        "run",
                        "--root",
                        "tree",
                        "--output",
                        "run",
                        "--provision",
                        "testingfarm,compose=Fedora-42,max=1,poll=100ms,retry-pause=50ms,settle=1s,keep-alive=4s,timeout="
                                + minutes + ",key=" + farm.key());
    }

    /** The service ends the request during a test with a short duration. */
    @Test
    void expiryIsReasonForLostMachine() throws Exception {
        up();
        Tree.in(directory.resolve("tree")).test("endless", "sleep 1000");
        run(1).expect(3);
        Tree.Line lost = Tree.own(directory.resolve("run")).get("/endless");
        assertThat(lost.status()).isEqualTo("infra");
        assertThat(lost.note()).contains("the machine's 1 minute was over");
        String id = ((Map<?, ?>) farm.service().truth().get("states"))
                .keySet()
                .iterator()
                .next()
                .toString();
        assertThat(farm.service().state(id)).as("the service ended it, not we").isEqualTo("error");
    }

    /** A test needs one minute and its files another, and some seconds have passed: two minutes are too short for a second test. */
    @ParameterizedTest
    @CsvSource({"2, 2", "4, 1"})
    void machineWithTooLittleTimeIsReplaced(int minutes, int machines) throws Exception {
        up();
        Tree.in(directory.resolve("tree")).test("first", "sleep 0.1").test("second", "sleep 0.1");
        run(minutes).expect(0);
        assertThat(farm.service().count("ever")).isEqualTo(machines);
        assertThat(Tree.own(directory.resolve("run")).values())
                .hasSize(2)
                .allMatch(line -> line.status().equals("pass"));
    }
}
