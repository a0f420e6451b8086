package dev.atex.bench;

import dev.atex.connection.ssh.config.SshOptions;
import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** One host with a real sshd, made by {@code tools/ssh-hosts}; needs root. */
record SshHosts(Path directory) implements AutoCloseable {
    private static final Path PROGRAM = Path.of("tools/ssh-hosts").toAbsolutePath();

    static SshHosts up() throws IOException, InterruptedException {
        SshHosts hosts = new SshHosts(Files.createTempDirectory("atex-bench-hosts"));
        hosts.order("up", "1");
        return hosts;
    }

    private void order(String order, String... words) throws IOException, InterruptedException {
        run(Stream.concat(Stream.of(PROGRAM.toString(), order, directory.toString()), Stream.of(words))
                .toList());
    }

    static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("failed: " + String.join(" ", command));
        }
    }

    SshOptions options() {
        return SshOptions.defaults().withConfig(directory.resolve("config"));
    }

    /** The address of the host. */
    String address() throws IOException {
        return "10.213." + Files.readString(directory.resolve("net")).strip() + ".11";
    }

    @Override
    public void close() throws IOException, InterruptedException {
        order("down");
        Trees.delete(directory);
    }
}
