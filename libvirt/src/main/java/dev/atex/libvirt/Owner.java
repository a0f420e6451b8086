package dev.atex.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Names user and host of this process, for people who see its machines. */
final class Owner {
    static final String TEXT = System.getProperty("user.name", "?") + "@" + host();

    private Owner() {}

    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return "?";
        }
    }
}
