package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.stream.Stream;

/** The user of this process, and files of that user. */
public final class Users {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int EFFECTIVE = 2;
    private static final int WRITABLE_BY_OTHERS = 0022;
    private static final int STICKY = 01000;

    private Users() {}

    /** The effective user id of this process. */
    private record Current(String uid, UserPrincipal principal) {
        private static final Current VALUE = read();

        private static Current read() {
            try (Stream<String> lines = Files.lines(STATUS, java.nio.charset.StandardCharsets.ISO_8859_1)) {
                String uid = lines.filter(line -> line.startsWith("Uid:"))
                        .map(line -> line.split("\\s+")[EFFECTIVE])
                        .findFirst()
                        .orElseThrow(() -> new IOException("no line 'Uid:' in " + STATUS));
                return new Current(
                        uid,
                        FileSystems.getDefault().getUserPrincipalLookupService().lookupPrincipalByName(uid));
            } catch (IOException e) {
                throw new java.io.UncheckedIOException("cannot find out who runs this process", e);
            }
        }
    }

    /** Returns the effective user of this process. */
    static UserPrincipal current() {
        return Current.VALUE.principal();
    }

    /** Returns whether the effective user of this process is root. */
    public static boolean isRoot() {
        return Current.VALUE.uid().equals("0");
    }

    /**
     * Returns whether no user but the owner of a directory can delete or rename entries of others in it: others may not write
     * to it, or it has the sticky bit, like {@code /tmp}.
     */
    public static boolean keepsEntries(Path directory) throws IOException {
        int mode = (Integer) Files.getAttribute(directory, "unix:mode");
        return (mode & WRITABLE_BY_OTHERS) == 0 || (mode & STICKY) != 0;
    }

    /**
     * Returns whether this is a directory, not a link, that the user of this process owns. In a directory that {@linkplain
     * #keepsEntries keeps its entries} this stays so.
     */
    public static boolean isOwnDirectory(Path path) {
        try {
            return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).equals(current());
        } catch (IOException e) {
            return false; // gone meanwhile
        }
    }
}
