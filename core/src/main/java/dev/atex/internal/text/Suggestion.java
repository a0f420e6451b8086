package dev.atex.internal.text;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;

/** Suggests words for a mistyped one. */
public final class Suggestion {
    private Suggestion() {}

    /** Returns the closest of {@code known}, if at most a third of the word is mistyped; ignores case. */
    public static Optional<String> of(String word, Collection<String> known) {
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (String each : known) {
            int distance = distance(word.toLowerCase(Locale.ROOT), each.toLowerCase(Locale.ROOT));
            if (distance < bestDistance) {
                best = each;
                bestDistance = distance;
            }
        }
        int longest = Math.max(word.length(), best.length());
        return bestDistance <= Math.max(1, longest / 3) ? Optional.of(best) : Optional.empty();
    }

    /** Returns the closest of {@code known}, if at most that many letters are mistyped. */
    public static Optional<String> of(String word, Collection<String> known, int most) {
        return of(word, known)
                .filter(meant -> distance(word.toLowerCase(Locale.ROOT), meant.toLowerCase(Locale.ROOT)) <= most);
    }

    /** Returns the end of a message about an unknown word: the suggestion, and all known words. */
    public static String among(String word, Collection<String> known) {
        if (known.isEmpty()) {
            return ": there is none";
        }
        String all = String.join(", ", new TreeSet<>(known));
        return of(word, known)
                .map(meant -> ", did you mean '" + meant + "'? Known: " + all)
                .orElse("; known: " + all);
    }

    /** Returns the number of edits (insert, delete, replace, swap of neighbors) between two words: optimal string alignment. */
    static int distance(String a, String b) {
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replace = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                edits[i][j] = Math.min(edits[i - 1][j - 1] + replace, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
                }
            }
        }
        return edits[a.length()][b.length()];
    }
}
