package dev.atex.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Looks at the arguments of all processes of this host, whatever namespaces they are in, as fast as it can. */
final class CommandLines implements AutoCloseable {
    private final List<String> texts;
    private final Set<String> seen = ConcurrentHashMap.newKeySet();
    private final Thread looking;
    private volatile boolean closed;

    private CommandLines(List<String> texts) {
        this.texts = texts;
        this.looking = Thread.ofPlatform().daemon().name("command lines").unstarted(this::look);
    }

    /** Looks for these texts until it is closed. */
    static CommandLines watch(String... texts) {
        CommandLines watch = new CommandLines(List.of(texts));
        watch.looking.start();
        return watch;
    }

    private void look() {
        while (!closed) {
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
                processes.forEach(this::look);
            } catch (IOException | DirectoryIteratorException e) {
                // begins anew
            }
        }
    }

    private void look(Path process) {
        try {
            String line = new String(Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1)
                    .replace('\0', ' ');
            if (texts.stream().anyMatch(line::contains)) {
                seen.add(line);
            }
        } catch (IOException e) {
            // gone
        }
    }

    /** The command lines that had one of the texts. */
    Set<String> seen() {
        return seen;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        looking.join();
    }
}
