package dev.atex.executor;

import dev.atex.internal.text.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Turns names that tests chose into names that a disk takes: always below where they belong, always the same ones. */
final class DiskNames {
    /** The limit of Linux file systems for one component, in bytes. */
    private static final int MAX_COMPONENT = 255;

    /** For one name with all its components, so that a few of them and a directory fit into 4096 bytes. */
    private static final int MAX_NAME = 1000;

    /** Deeper trees are slow, and a danger to whoever walks them by recursion. */
    private static final int MAX_DEPTH = 50;

    private static final int HASH_BYTES = 10;
    private static final int KEPT_PREFIX = 100;

    private DiskNames() {}

    /**
     * The components of a name: relative, without empty ones, {@code .} and {@code ..} (which takes away the one before
     * it, if any), each short enough. Empty for a name like {@code /} or {@code ..}.
     */
    static List<String> components(String name) {
        List<String> components = new ArrayList<>();
        for (String component : name.split("/")) {
            switch (component) {
                case "", "." -> {}
                case ".." -> {
                    if (!components.isEmpty()) {
                        components.removeLast();
                    }
                }
                default -> components.add(component);
            }
        }
        List<String> onDisk = components.stream().map(DiskNames::component).toList();
        boolean fits = onDisk.size() <= MAX_DEPTH && bytes(String.join("/", onDisk)) <= MAX_NAME;
        return fits ? onDisk : shortened(onDisk);
    }

    /** A component as it is on disk: itself where the disk takes it, else a readable start and a hash of all of it. */
    static String component(String component) {
        return bytes(component) <= MAX_COMPONENT && isPossible(component)
                ? component
                : readablePrefix(component) + "~" + hash(component);
    }

    /** A component with something appended, where that becomes too long a shorter one. */
    static String withSuffix(String component, String suffix) {
        String whole = component + suffix;
        return bytes(whole) <= MAX_COMPONENT ? whole : readablePrefix(component) + "~" + hash(component) + suffix;
    }

    /** As many leading components as fit, then one that stands for all others. */
    private static List<String> shortened(List<String> components) {
        List<String> kept = new ArrayList<>();
        int room = MAX_NAME - MAX_COMPONENT;
        for (String component : components) {
            room -= bytes(component) + 1;
            if (room < 0 || kept.size() == MAX_DEPTH - 1) {
                break;
            }
            kept.add(component);
        }
        String rest = String.join("/", components.subList(kept.size(), components.size()));
        kept.add(readablePrefix(components.getLast()) + "~" + hash(rest));
        return kept;
    }

    private static boolean isPossible(String component) {
        try {
            Path _ = Path.of(component);
            return true;
        } catch (InvalidPathException e) { // NUL, half a surrogate pair, or outside of the locale's encoding
            return false;
        }
    }

    private static String readablePrefix(String component) {
        StringBuilder prefix = new StringBuilder();
        for (int i = 0; i < Math.min(component.length(), KEPT_PREFIX); i++) {
            char c = component.charAt(i);
            prefix.append(c > ' ' && c < 0x7f ? c : '_');
        }
        return prefix.toString();
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String hash(String text) {
        ByteBuffer units = ByteBuffer.allocate(2 * text.length()); // encoding would replace halves of pairs
        units.asCharBuffer().put(text);
        return Sha256.hex(units.array(), HASH_BYTES);
    }

    /** The components of a file's name, of which there is at least one. */
    static List<String> fileComponents(String file) throws IOException {
        List<String> components = components(file);
        if (components.isEmpty()) {
            throw new IOException("'" + file + "' is no name for a file");
        }
        return components;
    }
}
