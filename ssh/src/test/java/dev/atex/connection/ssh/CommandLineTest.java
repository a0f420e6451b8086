package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.internal.concurrent.ProgramCall;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs lines for the shell of a host with a local shell. */
@Timeout(60)
class CommandLineTest {
    private static final Command COMMAND = Command.of(
                    "sh", "-c", "echo \"$SECRET/$OTHER/$ATEX_MARK/$1\"; cat", "sh", "a b")
            .withEnvironment(Map.of("SECRET", "hidden 'one'", "OTHER", "x\ny"));

    @TempDir
    private Path directory;

    private String run(CommandLine.Lines lines, String rest) throws Exception {
        Path input = directory.resolve("input");
        Files.write(input, lines.input());
        Files.writeString(input, rest, java.nio.file.StandardOpenOption.APPEND);
        // the user's shell has no variables of the command, and sudo clears the environment
        Path sudo = Files.writeString(
                directory.resolve("sudo"),
                "#!/bin/sh\n[ \"$1 $2 $3 $4\" = '-n -u root --' ] || exit 9\nshift 4\n"
                        + "exec env -i PATH=\"$PATH\" \"$@\"\n");
        Files.setPosixFilePermissions(sudo, PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", lines.line()).redirectInput(input.toFile());
        shell.environment().put("PATH", directory + ":" + System.getenv("PATH"));
        shell.environment().put("ATEX_MARK", "outer");
        ProgramCall.Result result = ProgramCall.start(shell)
                .await(Deadline.after(Duration.ofSeconds(30)))
                .orElseThrow();
        assertThat(result.err()).isEmpty();
        assertThat(result.exitCode()).isZero();
        return result.out();
    }

    @Test
    void lineDoesNotContainVariables() throws Exception {
        CommandLine.Lines lines = new CommandLine(Optional.empty(), Optional.of("mark")).of(COMMAND);
        assertThat(lines.line()).doesNotContain("hidden").doesNotContain("x\ny");
        assertThat(run(lines, "the rest")).isEqualTo("hidden 'one'/x\ny/outer:mark/a b\nthe rest");
    }

    @Test
    void marksOfCommandFollowThoseOfHostAndConnection() throws Exception {
        Command command = COMMAND.withEnvironment(Map.of("ATEX_MARK", "one:'two'"));
        for (Optional<String> sudo : java.util.List.of(Optional.<String>empty(), Optional.of("root"))) {
            assertThat(run(new CommandLine(sudo, Optional.of("mark")).of(command), "rest"))
                    .isEqualTo("//outer:mark:one:'two'/a b\nrest");
            assertThat(run(new CommandLine(sudo, Optional.empty()).of(command), "rest"))
                    .isEqualTo("//outer:one:'two'/a b\nrest");
        }
    }

    @Test
    void argumentsOfSudoDoNotContainVariables() throws Exception {
        CommandLine.Lines lines = new CommandLine(Optional.of("root"), Optional.of("mark")).of(COMMAND);
        assertThat(lines.line())
                .startsWith("ATEX_MARK=")
                .contains("sudo -n -u root -- ")
                .doesNotContain("hidden");
        assertThat(run(lines, "the rest")).isEqualTo("hidden 'one'/x\ny/outer:mark/a b\nthe rest");
    }

    /** The kernel limits one argument, and so the line, to 128 KiB. */
    @Test
    void longCommandsAreSentOverStandardInput() throws Exception {
        String big = "b".repeat(100_000);
        CommandLine plain = new CommandLine(Optional.empty(), Optional.empty());
        Command command = Command.of("sh", "-c", "cat; echo \"${#BIG} ${#1} $#\"", "sh", big, big);
        CommandLine.Lines withoutVariables = plain.of(command);
        assertThat(withoutVariables.line()).hasSizeLessThan(1000);
        assertThat(run(withoutVariables, "rest ")).isEqualTo("rest 0 100000 2\n");
        CommandLine.Lines withThem = plain.of(command.withEnvironment(Map.of("BIG", big)));
        assertThat(withThem.line()).hasSizeLessThan(1000);
        assertThat(run(withThem, "rest ")).isEqualTo("rest 100000 100000 2\n");
    }

    @Test
    void commandWithoutVariablesNeedsNoInput() throws Exception {
        CommandLine.Lines lines = new CommandLine(Optional.empty(), Optional.empty()).of(Command.of("cat"));
        assertThat(lines.line()).isEqualTo("exec cat");
        assertThat(run(lines, "all")).isEqualTo("all");
    }
}
