package dev.atex.provisioner;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** The end of a message about a word that does not exist: the one that was probably meant, and all that there are. */
final class Suggestion {
    private Suggestion() {}

    static String among(String word, Collection<String> known) {
        if (known.isEmpty()) {
            return ": it has none";
        }
        String all = "; there is: " + String.join(", ", new TreeSet<>(known));
        Optional<String> nearest = known.stream()
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
                .filter(candidate -> distance(word, candidate) <= Math.max(1, candidate.length() / 3));
        return nearest.map(meant -> ": did you mean '" + meant + "'?" + all).orElse(all);
    }

    /** Levenshtein's edit distance, case ignored. */
    private static int distance(String from, String to) {
        String a = from.toLowerCase(Locale.ROOT);
        String b = to.toLowerCase(Locale.ROOT);
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }
}
