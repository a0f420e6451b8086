package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Exchanges a directory for a link again and again, as fast as it can, until it is killed. */
final class Swapper {
    private Swapper() {}

    /**
     * Does so.
     *
     * @param arguments the directory in which it does that, and what the link leads to
     */
    public static void main(String[] arguments) throws Exception {
        Path place = Path.of(arguments[0]);
        Path victim = Path.of(arguments[1]);
        System.out.println("ready");
        System.out.flush();
        while (true) {
            try {
                swap(place, victim);
            } catch (IOException e) {
                Thread.onSpinWait(); // it is not there now
            }
        }
    }

    private static void swap(Path place, Path victim) throws IOException {
        Path swapped = place.resolve("swapped");
        Path away = place.resolve("away");
        Path link = place.resolve("link");
        if (!Files.isDirectory(away, java.nio.file.LinkOption.NOFOLLOW_LINKS) && !Files.exists(swapped)) {
            Files.createDirectory(swapped);
        }
        Files.deleteIfExists(link);
        Files.createSymbolicLink(link, victim);
        for (int i = 0; i < 1000; i++) {
            Files.move(swapped, away, StandardCopyOption.ATOMIC_MOVE);
            Files.move(link, swapped, StandardCopyOption.ATOMIC_MOVE);
            Files.move(swapped, link, StandardCopyOption.ATOMIC_MOVE);
            Files.move(away, swapped, StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
