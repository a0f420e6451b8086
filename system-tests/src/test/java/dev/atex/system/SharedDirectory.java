package dev.atex.system;

import dev.atex.internal.files.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.stream.Stream;

/**
 * A directory with a JVM for calls of the packaged command in it. Tests use it one after the other, and each finds it empty.
 *
 * @param path the directory
 * @param jvm runs the calls, with {@link Row#variables}
 */
record SharedDirectory(Path path, SharedJvm jvm) {
    /** Those that no test uses now. The one that was used last is used next. */
    private static final Deque<SharedDirectory> FREE = new ConcurrentLinkedDeque<>();

    /** Returns a directory that nobody else uses until {@link #giveBack}. */
    static SharedDirectory take() throws IOException {
        SharedDirectory free = FREE.pollFirst();
        return free == null ? create() : free;
    }

    private static SharedDirectory create() throws IOException {
        Path path = Files.createDirectory(Atex.STATE.resolve("shared-" + UUID.randomUUID()));
        return new SharedDirectory(path, Atex.in(path).with(Row.variables(path)).shared());
    }

    /** Empties the directory and lets other tests use it. */
    void giveBack() throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Trees.delete(file);
            }
        }
        FREE.addFirst(this);
    }
}
