package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
    @TempDir
    private Path directory;

    @Test
    void versionIsOnlyOutput() throws Exception {
        Atex.Result result = Atex.in(directory).call("--version").expect(0);
        assertThat(result.out()).matches("atex \\S+\n");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void launcherWorksThroughLink() throws Exception {
        Path link = Files.createSymbolicLink(directory.resolve("link"), Atex.SOURCES.resolve("atex"));
        Atex.Result result = Atex.in(directory)
                .startAs(List.of(link.toString(), "--version"))
                .end()
                .expect(0);
        assertThat(result.out()).startsWith("atex ");
    }

    @Test
    void wrongJavaHomeIsExplained() throws Exception {
        Atex.Result result = Atex.in(directory)
                .with(Map.of("ATEX_JAVA_HOME", directory.toString()))
                .call("--version")
                .expect(2);
        assertThat(result.err())
                .isEqualTo("atex: ATEX_JAVA_HOME=" + directory + " is not the directory of a JDK 25 or newer."
                        + " Correct it, or unset it so that ATEX searches for one.\n");
    }

    @Test
    void singleFileProgramRuns() throws Exception {
        Path program = directory.resolve("Hello.java");
        Files.writeString(program, """
                void main(String... args) {
                    IO.println(dev.atex.executor.fmf.test.FmfTest.DEFAULT_DURATION + " " + String.join(" ", args));
                }
                """);
        Atex.Result result =
                Atex.in(directory).call("java", program.toString(), "a", "ž").expect(0);
        assertThat(result.out()).isEqualTo("PT5M a ž\n");
    }
}
