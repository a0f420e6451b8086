package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in README.md compiles and prints the documented output. */
class ReadmeTest {
    @TempDir
    private Path temp;

    @Test
    void exampleRuns() throws Exception {
        String readme = Files.readString(Path.of("README.md"));
        Path program = Files.writeString(temp.resolve("Example.java"), block(readme, "java"));
        Path tree = Files.createDirectory(temp.resolve("tree"));
        Tree.init(tree);
        Files.writeString(tree.resolve("main.fmf"), block(readme, "yaml"));
        Path out = temp.resolve("out");
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:-UsePerfData",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        program.toString(),
                        tree.toString()))
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        assertThat(Files.readString(out)).isEqualTo(block(readme, "text"));
    }

    private static String block(String readme, String language) {
        String start = "```" + language + "\n";
        int from = readme.indexOf(start) + start.length();
        assertThat(from).as(language).isGreaterThanOrEqualTo(start.length());
        return readme.substring(from, readme.indexOf("```", from));
    }
}
