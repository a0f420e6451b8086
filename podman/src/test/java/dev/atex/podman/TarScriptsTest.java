package dev.atex.podman;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts without a container: the way into it is a command that runs the other script here. */
class TarScriptsTest {
    @TempDir
    private Path directory;

    private Path from;
    private Path to;

    private String copy(String path) throws IOException, InterruptedException {
        from = Files.createDirectories(directory.resolve("from"));
        to = directory.resolve("to");
        Files.writeString(from.resolve("file"), "content");
        TarScripts scripts = TarScripts.upload(from, to.toString());
        List<String> argv = new ArrayList<>(scripts.here());
        argv.addAll(scripts.there());
        ProcessBuilder builder =
                new ProcessBuilder(argv).redirectError(directory.resolve("err").toFile());
        builder.environment().merge("PATH", path, (old, first) -> first + old);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return said;
    }

    /** A directory, to come first in the path, with a program of this name. */
    private String program(String name, String script) throws IOException {
        Path bin = Files.createDirectories(directory.resolve("bin"));
        Path program = bin.resolve(name);
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return bin + ":";
    }

    @Test
    void aTreeIsCopiedWhole() throws Exception {
        assertThat(TarScripts.isWhole(copy(""))).isTrue();
        assertThat(to.resolve("file")).hasContent("content");
    }

    @Test
    void aDirectoryThatCannotBeReadIsToldOf() throws Exception {
        String path = program("find", "/usr/bin/find \"$@\"; [ \"$2\" = -prune ] || exit 1");
        assertThat(TarScripts.isWhole(copy(path))).isFalse();
    }

    @Test
    void aFileThatChangesMeanwhileIsCopied() throws Exception {
        String path = program("tar", "case $* in *-cf*) /usr/bin/tar \"$@\"; exit 1 ;; esac; exec /usr/bin/tar \"$@\"");
        assertThat(TarScripts.isWhole(copy(path))).isTrue();
        assertThat(to.resolve("file")).hasContent("content");
    }

    @Test
    void anArchiveThatIsCutOffIsToldOf() throws Exception {
        String path = program(
                "tar", "case $* in *-cf*) /usr/bin/tar \"$@\" | head -c 100; exit 2 ;; esac; exec /usr/bin/tar \"$@\"");
        assertThat(TarScripts.isWhole(copy(path))).isFalse();
    }
}
