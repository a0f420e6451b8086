package dev.atex.internal.files;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A descriptor of an open directory, with its number, which Java does not tell. It is one of its own, and found by its
 * position, set to a number that no other has: several threads may have the same directory open.
 *
 * @param path leads to the directory while this is open
 */
record Descriptor(int number, Path path, FileChannel channel) implements AutoCloseable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path DETAILS = Path.of("/proc/self/fdinfo");
    private static final Path SELF = Path.of(".");

    /** Numbers around the expected one: other threads may have opened files meanwhile. */
    private static final int NEAR = 12;

    /** The number of descriptors of an {@link OpenDirectory}. */
    private static final int EACH = 3;

    /** Positions in directories have at least 31 bits. */
    private static final AtomicInteger MARKS = new AtomicInteger(new Random().nextInt(1 << 30));

    private static volatile int last;

    /** The last number that was found. */
    static int last() {
        return last;
    }

    /** The probable number of the next directory. */
    int next() {
        return number + EACH;
    }

    /** An interrupt, which closes channels, does not end this, and stays. */
    static Descriptor of(SecureDirectoryStream<Path> directory, int expected) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return open(directory, expected);
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static Descriptor open(SecureDirectoryStream<Path> directory, int expected) throws IOException {
        FileChannel own = (FileChannel)
                directory.newByteChannel(SELF, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        Descriptor found = null;
        try {
            int mark = MARKS.incrementAndGet() & Integer.MAX_VALUE;
            own.position(mark);
            Object key = directory
                    .getFileAttributeView(BasicFileAttributeView.class)
                    .readAttributes()
                    .fileKey();
            found = new Search(key, "pos:\t" + mark + "\n").from(expected, own);
            last = found.number;
            return found;
        } finally {
            if (found == null) {
                own.close();
            }
        }
    }

    private record Search(Object key, String position) {
        Descriptor from(int expected, FileChannel own) throws IOException {
            for (int i = 0; i <= 2 * NEAR; i++) {
                int number = expected + (i % 2 == 0 ? i / 2 : -(i + 1) / 2); // nearest first
                Path path = DESCRIPTORS.resolve(Integer.toString(number));
                if (is(path)) {
                    return new Descriptor(number, path, own);
                }
            }
            try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
                for (Path path : all) {
                    if (is(path)) {
                        return new Descriptor(
                                Integer.parseInt(path.getFileName().toString()), path, own);
                    }
                }
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
            throw new FileSystemException(DESCRIPTORS.toString(), null, "an open directory is not in it");
        }

        private boolean is(Path path) {
            return key.equals(keyOf(path)) && details(path).startsWith(position);
        }

        private static @Nullable Object keyOf(Path descriptor) {
            try {
                return Files.readAttributes(descriptor, BasicFileAttributes.class)
                        .fileKey();
            } catch (IOException e) {
                return null; // it was closed meanwhile
            }
        }

        private static String details(Path descriptor) {
            try {
                return Files.readString(DETAILS.resolve(descriptor.getFileName()));
            } catch (IOException e) {
                return "";
            }
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
