package dev.atex.fmf.yaml;

import java.util.Comparator;

/**
 * Something in a YAML text that was read and that its author should know of. Internal.
 *
 * @param line counted from 1
 * @param column counted from 1
 * @param text what it is, and what to do
 */
public record YamlNotice(int line, int column, String text) implements Comparable<YamlNotice> {
    /** By place. */
    @Override
    public int compareTo(YamlNotice other) {
        return Comparator.comparingInt(YamlNotice::line)
                .thenComparingInt(YamlNotice::column)
                .thenComparing(YamlNotice::text)
                .compare(this, other);
    }
}
