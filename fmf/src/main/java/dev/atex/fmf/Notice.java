package dev.atex.fmf;

/**
 * A warning about a metadata file that could be read here but that the reference refuses, or about a directory that the
 * user must not read, which the reference leaves out in silence.
 *
 * @param location the place, or the first one if there are several in the file
 * @param text the problem and how to fix it
 */
public record Notice(Location location, String text) {
    /** Returns {@code file:line:column: text}. */
    @Override
    public String toString() {
        return location + ": " + text;
    }
}
