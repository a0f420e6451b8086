package dev.atex.fmf;

import dev.atex.fmf.python.PyNumbers;
import dev.atex.fmf.python.PyText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value of a dimension: a name and the parts of a version, as in {@code centos-stream-9.3}.
 *
 * @param text as written
 * @param parts the text split at {@code :}, {@code -} and {@code .}; never empty
 * @param folded the parts for case-insensitive comparison
 * @param numbers the parts as integers, null where a part is not a number
 */
record ContextValue(String text, List<String> parts, List<String> folded, List<@Nullable Object> numbers) {
    /** {@link #compare} returns this if the context does not decide. */
    static final int UNDECIDED = Integer.MIN_VALUE;

    static ContextValue of(String text) {
        List<String> parts = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            if (i == text.length() || ":-.".indexOf(text.charAt(i)) >= 0) {
                parts.add(text.substring(start, i));
                start = i + 1;
            }
        }
        List<@Nullable Object> numbers = new ArrayList<>(parts.size());
        for (String part : parts) {
            numbers.add(PyNumbers.parseInt(part));
        }
        return new ContextValue(
                text, parts, parts.stream().map(PyText::caseFold).toList(), numbers);
    }

    /**
     * Compares this value of the context with a value of a rule: negative, 0, positive or {@link #UNDECIDED}.
     *
     * @param minor compares within the same major version only
     * @param ordered the result is used for ordering, not for equality
     */
    int compare(ContextValue rule, boolean minor, boolean ordered, boolean caseSensitive) {
        if (!samePart(rule, 0, caseSensitive)) {
            return ordered ? UNDECIDED : 1;
        }
        int mine = parts.size();
        int theirs = rule.parts.size();
        if (minor && theirs > 1) {
            if (mine < 2) {
                return UNDECIDED;
            }
            if (!samePart(rule, 1, caseSensitive)) {
                if (!ordered) {
                    return 1;
                }
                if (theirs > 2) {
                    return UNDECIDED;
                }
            }
        }
        for (int i = 1; i < Math.min(mine, theirs); i++) {
            int order = comparePart(rule, i, caseSensitive);
            if (order != 0) {
                return order < 0 ? -1 : 1;
            }
        }
        if (theirs <= mine) {
            return 0;
        }
        if (minor) {
            return UNDECIDED;
        }
        if (!ordered) {
            return 1;
        }
        return mine == 1 ? UNDECIDED : -1;
    }

    private boolean samePart(ContextValue other, int index, boolean caseSensitive) {
        return caseSensitive
                ? parts.get(index).equals(other.parts.get(index))
                : folded.get(index).equals(other.folded.get(index));
    }

    private int comparePart(ContextValue other, int index, boolean caseSensitive) {
        Object a = numbers.get(index);
        Object b = other.numbers.get(index);
        if (a != null && b != null) {
            return PyNumbers.compare(a, b);
        }
        return caseSensitive
                ? PyText.compare(parts.get(index), other.parts.get(index))
                : PyText.compare(folded.get(index), other.folded.get(index));
    }
}
