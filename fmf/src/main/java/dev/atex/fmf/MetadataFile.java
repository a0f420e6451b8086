package dev.atex.fmf;

import dev.atex.fmf.yaml.YamlProblem;
import dev.atex.fmf.yaml.YamlReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One metadata file. Another thread may parse it ahead; an error in it is thrown when its content is requested. */
final class MetadataFile {
    private static final int FILES_PER_THREAD = 24;
    private static final int MAX_THREADS = 4;

    /**
     * The content of a file.
     *
     * @param value the value
     * @param shared whether mappings or lists in it are used in several places
     * @param length the length of the text
     * @param notices what the reference refuses in it
     */
    record Content(@Nullable Object value, boolean shared, int length, List<Notice> notices) {}

    private final Path path;
    private final Path opened;
    private byte @Nullable [] bytes;
    private @Nullable IOException problem;
    private @Nullable Content content;
    private @Nullable FmfException failure;

    /** Reads the bytes of a file. */
    @FunctionalInterface
    interface Reading {
        byte[] bytes() throws IOException;
    }

    /**
     * Reads the bytes of a file.
     *
     * @param path the path for messages
     * @param regular false if it must not be opened: reading a pipe would block, a device may be endless
     * @param opened the path to read, which is not a symbolic link
     */
    MetadataFile(Path path, boolean regular, Path opened, Reading reading) {
        this.path = path;
        this.opened = opened;
        if (!regular) {
            failure = InvalidValueException.explained("OSError", "Not a regular file: '" + path + "'");
            failure.setLocation(new Location(path, 0, 0));
            return;
        }
        try {
            bytes = reading.bytes();
        } catch (IOException e) {
            problem = e;
        }
    }

    private byte[] bytes() throws IOException {
        if (problem != null) {
            throw problem;
        }
        return Objects.requireNonNull(bytes);
    }

    Path path() {
        return path;
    }

    String name() {
        Path name = path.getFileName();
        return name == null ? "" : name.toString();
    }

    /** Returns the content; the file is parsed only once. */
    Content read() throws FmfException {
        load();
        if (failure != null) {
            throw failure;
        }
        if (content == null) {
            throw new IllegalStateException("neither read nor failed: " + path);
        }
        return content;
    }

    /** Parses files ahead, many of them in several threads. All threads have ended when this method returns. */
    static void readAll(List<MetadataFile> files) {
        int threads = Math.min(
                Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors()), files.size() / FILES_PER_THREAD);
        if (threads < 2) {
            return;
        }
        AtomicInteger next = new AtomicInteger();
        Runnable work = () -> {
            for (int i = next.getAndIncrement(); i < files.size(); i = next.getAndIncrement()) {
                files.get(i).load();
            }
        };
        List<Thread> helpers = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            helpers.add(Thread.ofPlatform().name("fmf-reader-" + i).daemon().start(work));
        }
        work.run();
        helpers.forEach(MetadataFile::join);
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void load() {
        if (content != null || failure != null) {
            return;
        }
        try {
            String text = readText(path, opened, this::bytes);
            bytes = null;
            YamlReader.Document document = YamlReader.read(text);
            List<Notice> notices = document.notices().stream()
                    .map(notice -> new Notice(new Location(path, notice.line(), notice.column()), notice.text()))
                    .toList();
            content = new Content(document.value(), document.shared(), text.length(), notices);
        } catch (YamlProblem e) {
            failure = e.isSyntax()
                    ? new LoadException(LoadException.Kind.FILE, "Failed to parse '" + path + "'.\n" + e.getMessage())
                    : InvalidValueException.explained(e.kind(), e.getMessage());
            failure.setLocation(new Location(path, e.line(), e.column()));
        } catch (FmfException e) {
            failure = e;
            failure.setLocation(new Location(path, 0, 0));
        }
    }

    /**
     * Reads a UTF-8 text file and converts all line ends to line feeds.
     *
     * @param path the path for messages
     * @param opened the path to read; it is an error if it has become a link meanwhile
     */
    static String readText(Path path, Path opened, Reading reading) throws InvalidValueException {
        byte[] bytes;
        try {
            bytes = reading.bytes();
        } catch (IOException e) {
            throw unreadable(path, Files.isSymbolicLink(opened) ? brokenLink(opened, e) : e);
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf('\ufffd') >= 0) {
            checkEncoding(path, bytes);
        }
        return text.indexOf('\r') < 0 ? text : text.replace("\r\n", "\n").replace('\r', '\n');
    }

    /** Returns the reason why a link is broken. */
    private static IOException brokenLink(Path link, IOException problem) {
        try {
            Path target = link.toRealPath();
            return new IOException("has become a link to " + target + " while it was read", problem);
        } catch (IOException e) {
            return e;
        }
    }

    private static InvalidValueException unreadable(Path path, IOException problem) {
        return switch (problem) {
            case NoSuchFileException _ -> systemError("FileNotFoundError", 2, "No such file or directory", path);
            case AccessDeniedException _ -> systemError("PermissionError", 13, "Permission denied", path);
            default ->
                Files.isDirectory(path)
                        ? systemError("IsADirectoryError", 21, "Is a directory", path)
                        : InvalidValueException.explained("OSError", problem.getMessage() + ": '" + path + "'");
        };
    }

    private static InvalidValueException systemError(String type, int number, String what, Path path) {
        String text = what + ": '" + path + "'";
        return InvalidValueException.explained(type, "[Errno " + number + "] " + text, text);
    }

    private static void checkEncoding(Path path, byte[] bytes) throws InvalidValueException {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult result = decoder.decode(in, CharBuffer.allocate(bytes.length + 1), true);
        if (!result.isError()) {
            return;
        }
        int position = in.position();
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < position; i++) {
            if (bytes[i] == '\n') {
                line++;
                lineStart = i + 1;
            }
        }
        InvalidValueException error = InvalidValueException.explained(
                "UnicodeDecodeError", "byte 0x%02x is not valid UTF-8".formatted(bytes[position]));
        int column = new String(bytes, lineStart, position - lineStart, StandardCharsets.UTF_8).length() + 1;
        error.setLocation(new Location(path, line, column));
        throw error;
    }
}
