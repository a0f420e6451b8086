package dev.atex.fmf;

import java.nio.file.Path;

/**
 * A place in a metadata file.
 *
 * @param file the file
 * @param line counted from 1; 0 if only the file is known
 * @param column counted from 1, in characters; 0 if only the file is known
 */
public record Location(Path file, int line, int column) {
    /** Returns {@code file:line:column}, or only the file. */
    @Override
    public String toString() {
        return line == 0 ? file.toString() : file + ":" + line + ":" + column;
    }
}
