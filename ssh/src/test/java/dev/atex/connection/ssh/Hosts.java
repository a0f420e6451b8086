package dev.atex.connection.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Hosts {@code sut1}, {@code sut2}, ... with a real sshd in their own namespaces; {@code tools/ssh-hosts} creates them. */
public final class Hosts implements AutoCloseable {
    private static final Path PROGRAM = program();

    private final Path directory;

    private Hosts(Path directory) {
        this.directory = directory;
    }

    private static Path program() {
        Path here = Path.of("").toAbsolutePath();
        Path found = here.resolve("tools/ssh-hosts");
        return Files.exists(found) ? found : here.resolveSibling("tools/ssh-hosts");
    }

    /** Creates hosts. Skips the test if that is not possible. */
    public static Hosts up(int number) throws IOException, InterruptedException {
        assumeTrue("root".equals(System.getProperty("user.name")), "network namespaces need root");
        for (String program : List.of("/usr/sbin/sshd", "/usr/bin/ssh", "/usr/bin/ssh-keyscan")) {
            assumeTrue(Files.isExecutable(Path.of(program)), program + " is not installed");
        }
        Path directory = Files.createTempDirectory("atex-hosts-");
        Hosts hosts = new Hosts(directory);
        boolean whole = false;
        try {
            hosts.order("up", Integer.toString(number));
            whole = true;
            return hosts;
        } finally {
            if (!whole) {
                hosts.close();
            }
        }
    }

    /** Runs the program with these arguments after the directory. */
    public String order(String order, String... words) throws IOException, InterruptedException {
        List<String> argv = new ArrayList<>(List.of(PROGRAM.toString(), order, directory.toString()));
        argv.addAll(List.of(words));
        Path output = Files.createTempFile("atex-hosts-", ".out");
        try {
            Process process = new ProcessBuilder(argv)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            String said = Files.readString(output);
            assertThat(process.exitValue()).as(said).isZero();
            return said;
        } finally {
            Files.delete(output);
        }
    }

    /** Returns options with the ssh_config file of the hosts. */
    public SshOptions options() {
        return SshOptions.defaults().withConfig(config());
    }

    /** Returns the ssh_config file. */
    public Path config() {
        return directory.resolve("config");
    }

    /** Returns the directory with keys and logs; {@code sut1/tmp} is {@code /tmp} of the first host. */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException, InterruptedException {
        order("down");
        Trees.delete(directory);
    }
}
