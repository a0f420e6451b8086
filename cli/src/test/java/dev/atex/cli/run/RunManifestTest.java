package dev.atex.cli.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.state.RunDirectory;
import dev.atex.cli.state.RunLock;
import dev.atex.cli.state.RunManifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

class RunManifestTest {
    @TempDir
    private Path directory;

    private static ParseResult parse(String... args) {
        CommandSpec spec = CommandSpec.create();
        RunOptions.describe(spec);
        return new CommandLine(spec).parseArgs(args);
    }

    private static RunManifest manifest(Optional<RunManifest.Origin> origin, String... args) throws UsageException {
        ParseResult parsed = parse(args);
        return NewManifest.of(
                "id", RunOptions.of(parsed, Map.of()), RunManifest.given(parsed), List.of("/a", "/ž \n"), origin);
    }

    /** Who goes on with the run may be elsewhere. */
    @Test
    void pathsAreAbsolute() throws Exception {
        assertThat(manifest(
                                Optional.empty(),
                                "--root=.",
                                "--provision=ssh,hosts=a;b,config=lab/config,inventory=hosts",
                                "--provision=local")
                        .options()
                        .get("provision"))
                .containsExactly(
                        "ssh,hosts=a;b,config=" + Path.of("lab/config").toAbsolutePath() + ",inventory="
                                + Path.of("hosts").toAbsolutePath(),
                        "local");
    }

    @Test
    void writtenOptionsAreThoseGiven() throws Exception {
        String[] args = {
            "--root",
            ".",
            "--plan",
            "/p",
            "-t",
            "a",
            "-t",
            "-b=c",
            "--exclude",
            "e",
            "--filter",
            "tag: x",
            "--condition",
            "int(tier) < 2",
            "-c",
            "arch=a,b",
            "-e",
            "A=x y=z\n",
            "-e",
            "B=",
            "--provision",
            "local,max=2",
            "--provision",
            "local",
            "--reruns",
            "3",
            "--rerun",
            "timeout=0",
            "--limit",
            "run=2h",
            "--order",
            "longest",
            "--output",
            "out",
            "--dry-run",
            "--debug-shell",
            "on-failure"
        };
        RunManifest.Origin origin = new RunManifest.Origin("earlier", Path.of("/runs/earlier"), true);
        RunManifest written = manifest(Optional.of(origin), args);
        written.write(directory);
        RunManifest read = RunManifest.read(directory);
        assertThat(read).isEqualTo(written);
        assertThat(read.options()).doesNotContainKeys("output", "dry-run", "debug-shell");
        assertThat(read.arguments())
                .contains("--root=" + Path.of("").toAbsolutePath(), "--platform=local", "--test=-b=c");

        RunOptions asked = RunOptions.of(parse(args), Map.of());
        RunOptions again = RunCommand.options(read, Map.of());
        assertThat(again.selection().names()).isEqualTo(List.of("a", "-b=c"));
        assertThat(again.selection().plan()).isEqualTo(asked.selection().plan());
        assertThat(again.selection().context()).isEqualTo(asked.selection().context());
        assertThat(again.selection().filters()).isEqualTo(asked.selection().filters());
        assertThat(again.selection().conditions()).isEqualTo(asked.selection().conditions());
        assertThat(again.environment()).isEqualTo(asked.environment());
        assertThat(again.machines()).hasToString(asked.machines().toString());
        assertThat(again.limits()).isEqualTo(asked.limits());
        assertThat(again.order()).isEqualTo(asked.order());
        assertThat(again.platform()).isEqualTo(asked.platform());
        assertThat(again.output()).isEmpty();
        assertThat(again.dryRun()).isFalse();
    }

    @Test
    void onlyOwnerCanReadManifest() throws Exception {
        manifest(Optional.empty()).write(directory);
        assertThat(Files.getPosixFilePermissions(directory.resolve("run.json")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(directory.resolve("run.json.new")).doesNotExist();
    }

    @Test
    void unusableManifestIsExplained() throws Exception {
        assertThatThrownBy(() -> RunManifest.read(directory))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("has no run.json");
        manifest(Optional.empty()).write(directory);
        Path file = directory.resolve("run.json");
        String text = Files.readString(file);
        Files.writeString(file, text.replace("\"format\": 1", "\"format\": 2").replace("development", "9.9"));
        assertThatThrownBy(() -> RunManifest.read(directory))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("format 2", "atex 9.9");
        for (String broken : List.of(
                "",
                "[]",
                "{}",
                text.substring(0, 40),
                text.replace("\"id\"", "\"no\""),
                text.replace("[\"/a\"", "[1"))) {
            Files.writeString(file, broken);
            assertThatThrownBy(() -> RunManifest.read(directory))
                    .as(broken)
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("run.json is damaged: ");
        }
        Files.writeString(file, text.replace("\"options\": {", "\"options\": {\"color\":[\"blue\"],"));
        RunManifest odd = RunManifest.read(directory);
        assertThatThrownBy(() -> RunCommand.options(odd, Map.of()))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("does not know: ")
                .hasMessageContaining("--color=blue");
    }

    @Test
    void lockIsHeldWhileRunIsAlive() throws Exception {
        RunDirectory run = new RunDirectory(directory, "id");
        assertThat(RunLock.isHeld(directory)).isFalse();
        try (RunLock lock = RunLock.take(run)) {
            assertThat(RunLock.isHeld(directory)).isTrue();
            assertThatThrownBy(() -> RunLock.take(run))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("run id is still running");
        }
        assertThat(RunLock.isHeld(directory)).isFalse();
        RunLock.take(run).close();
    }
}
