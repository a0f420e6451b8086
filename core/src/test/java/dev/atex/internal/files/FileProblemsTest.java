package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FileProblemsTest {
    @Test
    void everyMessageNamesProblemAndFile() {
        NoSuchFileException missing = new NoSuchFileException("/a");
        Map<IOException, String> said = Map.ofEntries(
                Map.entry(missing, "/a: no such file or directory"),
                Map.entry(new AccessDeniedException("/a"), "/a: permission denied"),
                Map.entry(new FileAlreadyExistsException("/a"), "/a: it is there already"),
                Map.entry(new FileAlreadyExistsException("/a", null, "is a symbolic link"), "/a: is a symbolic link"),
                Map.entry(new NotDirectoryException("/a"), "/a: it is not a directory"),
                Map.entry(new DirectoryNotEmptyException("/a"), "/a: the directory is not empty"),
                Map.entry(new FileSystemLoopException("/a"), "/a: symbolic links lead in a circle"),
                Map.entry(new NotLinkException("/a"), "/a: it cannot be used"),
                Map.entry(new FileSystemException("/a", "/b", "File name too long"), "/a -> /b: File name too long"),
                Map.entry(new FileSystemException(null, null, "No space left"), "No space left"),
                Map.entry(new MalformedInputException(1), "it is not UTF-8"),
                Map.entry(new ClosedChannelException(), "the file was closed before"),
                Map.entry(new IOException("Broken pipe"), "Broken pipe"),
                Map.entry(new IOException(), "IOException"));
        said.forEach((problem, text) -> assertThat(FileProblems.of(problem)).isEqualTo(text));
        assertThat(FileProblems.of(new UncheckedIOException(missing))).startsWith("/a: no such");
        assertThat(FileProblems.of(new DirectoryIteratorException(missing))).startsWith("/a: no such");
    }
}
