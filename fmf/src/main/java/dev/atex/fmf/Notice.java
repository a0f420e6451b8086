package dev.atex.fmf;

/**
 * Something that the author of a metadata file should know of, though the file could be read: the reference refuses it.
 *
 * @param location where it is, or where it is first, when it is in the file several times
 * @param text what it is, and what to do
 */
public record Notice(Location location, String text) {
    /** {@code file:line:column: text}. */
    @Override
    public String toString() {
        return location + ": " + text;
    }
}
