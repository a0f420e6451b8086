package dev.atex.fmf.yaml;

import java.util.Comparator;

/**
 * A warning about a YAML text that was read. Internal.
 *
 * @param line counted from 1
 * @param column counted from 1
 * @param text the problem and how to fix it
 */
public record YamlNotice(int line, int column, String text) implements Comparable<YamlNotice> {
    /** Compares by place. */
    @Override
    public int compareTo(YamlNotice other) {
        return Comparator.comparingInt(YamlNotice::line)
                .thenComparingInt(YamlNotice::column)
                .thenComparing(YamlNotice::text)
                .compare(this, other);
    }
}
