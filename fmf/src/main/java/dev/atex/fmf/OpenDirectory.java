package dev.atex.fmf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * An open directory. Its entries are accessed relative to it, by name and without following links (openat(2)), so
 * that nobody can redirect the access by replacing a directory.
 */
final class OpenDirectory implements AutoCloseable {
    private static final Set<OpenOption> READING = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private final SecureDirectoryStream<Path> stream;

    private OpenDirectory(DirectoryStream<Path> opened, Path path) throws IOException {
        if (!(opened instanceof SecureDirectoryStream<Path> secure)) {
            opened.close();
            throw new FileSystemException(path.toString(), null, "this system cannot read it without following links");
        }
        stream = secure;
    }

    /** Opens a directory by its path, following links. */
    @SuppressWarnings("StreamResourceLeak") // closed with this
    static OpenDirectory of(Path path) throws IOException {
        return new OpenDirectory(Files.newDirectoryStream(path), path);
    }

    /** Opens an entry that is a directory and not a link. */
    OpenDirectory enter(Path name) throws IOException {
        return new OpenDirectory(stream.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS), name);
    }

    /** Returns the names of the entries; may be called only once. */
    List<Path> names() throws IOException {
        List<Path> names = new ArrayList<>();
        try {
            for (Path entry : stream) {
                names.add(entry.getFileName());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return names;
    }

    /** Returns the attributes of an entry. */
    BasicFileAttributes attributes(Path name) throws IOException {
        return stream.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    /** Reads an entry that is a file and not a link. An interrupt does not stop it, and stays set. */
    byte[] read(Path name) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try (SeekableByteChannel channel = stream.newByteChannel(name, READING);
                        InputStream in = Channels.newInputStream(channel)) {
                    return in.readAllBytes();
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

    @Override
    public void close() {
        try {
            stream.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
