package dev.atex.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.cli.command.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code atex shvirt} with the stand-ins of tools/testbed/shvirt; no domain is started. */
class ShvirtCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @BeforeEach
    void makeHost() throws IOException {
        for (String each : List.of("pool", "domains", "run", "faults")) {
            Files.createDirectory(directory.resolve(each));
        }
        for (String name : List.of("vm10", "vm2")) {
            Files.writeString(
                    directory.resolve("domains").resolve(name + ".xml"),
                    "<domain><name>" + name + "</name><metadata></metadata></domain>");
        }
    }

    private static Path tool(String name) {
        Path here = Path.of("").toAbsolutePath();
        return (Files.exists(here.resolve("atex")) ? here : here.getParent())
                .resolve("tools/testbed/shvirt")
                .resolve(name);
    }

    private int run(String... args) {
        out.reset();
        err.reset();
        Map<String, String> environment = Map.of("USER", "me", "XDG_STATE_HOME", directory.toString());
        return Cli.run(new Terminal(stream(out), stream(err), environment, false), args);
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private String helper() {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "python3 is not installed");
        return "--helper-cmd=env ATEX_HELPER_STATE=" + directory.resolve("state") + " ATEX_HELPER_VIRSH="
                + tool("virsh") + " STANDIN_VIRSH=" + directory + " " + tool("atex-virt-helper");
    }

    @Test
    void reservationsAreListedInNaturalOrder() {
        assertThat(run("shvirt", "--helper-localhost", helper(), "reservations"))
                .as(err())
                .isZero();
        assertThat(out()).isEqualTo("vm2  (free)\nvm10  (free)\n");
        assertThat(run("shvirt", "reservations", "--helper-localhost", helper(), "--json"))
                .isZero();
        assertThat(out()).isEqualTo("{\"vm2\":\"(free)\",\"vm10\":\"(free)\"}\n");
    }

    @Test
    void virshPassesArgumentsAndExitCode() {
        assertThat(run("shvirt", "virsh", "--helper-localhost", helper(), "list", "--all", "--name"))
                .as(err())
                .isZero();
        assertThat(out()).isEqualTo("vm10\nvm2\n");
        assertThat(run("shvirt", "virsh", "--helper-localhost", helper(), "domstate", "no such"))
                .isEqualTo(1);
        assertThat(out()).isEqualTo("error: failed to get domain 'no such'\n");
        assertThat(run("shvirt", "virsh", "--helper-localhost", "--helper-cmd=false", "list"))
                .isEqualTo(3);
        assertThat(err()).contains("the helper cannot be used any more: it has ended");
    }

    @Test
    void dryRunPrintsKickstart() {
        String[] install = {
            "shvirt",
            "install",
            "--helper-host",
            "h",
            "-n",
            "f.img",
            "-l",
            "http://h/os/",
            "--dry-run",
            "--ks-cmd",
            "timezone Europe/Prague",
            "--ks-del",
            "^%post.*%end\n",
            "--ks-append",
            "reboot",
            "--ks-cmd",
            "repo x"
        };
        assertThat(run(install)).as(err()).isZero();
        assertThat(out())
                .contains("\ntimezone Europe/Prague\n", "\n%end\n", "\nreboot\n")
                .doesNotContain("%post");
        assertThat(err()).contains("the kickstart has no line that begins with 'repo'");
    }

    @Test
    void ownKickstartIsUsedAsItIs() throws IOException {
        Path own = Files.writeString(directory.resolve("own.ks"), "shutdown\n");
        assertThat(run(
                        "shvirt",
                        "install",
                        "--helper-host",
                        "h",
                        "-n",
                        "f",
                        "-l",
                        "u",
                        "--dry-run",
                        "--ks",
                        own.toString(),
                        "--ks-packages",
                        "vim"))
                .isZero();
        assertThat(out()).isEqualTo("shutdown\n");
        assertThat(err()).contains("--ks-packages is ignored: --ks is used as it is");
    }

    @Test
    void wrongOptionsAreReported() {
        assertThat(run("shvirt")).isEqualTo(2);
        assertThat(run("shvirt", "reservations")).isEqualTo(2);
        assertThat(err()).contains("--helper-host HOST is missing");
        assertThat(run("shvirt", "reservations", "--helper-localhost", "--helper-host", "h"))
                .isEqualTo(2);
        assertThat(run("shvirt", "reservations", "--helper-localhost", "--helper-port", "22"))
                .isEqualTo(2);
        assertThat(err()).contains("--helper-port needs --helper-host");
        assertThat(run("shvirt", "install", "--helper-host", "h", "-n", "../f", "-l", "u"))
                .isEqualTo(2);
        assertThat(err()).contains("--name '../f': it must consist of letters");
        assertThat(run("shvirt", "install", "--helper-host", "h", "-n", "f")).isEqualTo(2);
        assertThat(err()).contains("--location is missing");
        assertThat(run("shvirt", "reserve", "--helper-host", "h")).isEqualTo(2);
        assertThat(run("run", "--provision", "shvirt,image=x", "--root", directory.toString()))
                .isEqualTo(2);
        assertThat(err()).contains("provisioner 'shvirt' needs a host");
    }
}
