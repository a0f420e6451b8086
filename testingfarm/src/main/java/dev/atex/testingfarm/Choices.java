package dev.atex.testingfarm;

import dev.atex.testingfarm.options.Choice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Selects the alternative that each slot of the pool requests next. Thread-safe. */
final class Choices {
    private final List<Choice> all;
    /** Alternatives that are not available at all. */
    private final Set<Choice> dead = new HashSet<>();

    private final Map<Integer, Integer> current = new HashMap<>();

    Choices(List<Choice> all) {
        this.all = List.copyOf(all);
    }

    /** Returns what a slot requests: the first alternative until it failed there; one that worked is requested again. */
    synchronized Choice of(int slot) {
        int index = current.getOrDefault(slot, 0);
        for (int i = 0; i < all.size(); i++) {
            Choice choice = all.get((index + i) % all.size());
            if (!dead.contains(choice)) {
                return choice;
            }
        }
        return all.getFirst();
    }

    /** Removes an alternative that is not available. */
    synchronized void bury(Choice choice) {
        dead.add(choice);
    }

    /** Returns whether no alternative is left. */
    synchronized boolean isEmpty() {
        return dead.containsAll(all);
    }

    /**
     * Selects the next alternative of a slot after a failure.
     *
     * @return empty if that was the last one; the slot then starts again with the first
     */
    synchronized Optional<Choice> next(int slot, Choice failed) {
        for (int i = all.indexOf(failed) + 1; i < all.size(); i++) {
            if (!dead.contains(all.get(i))) {
                current.put(slot, i);
                return Optional.of(all.get(i));
            }
        }
        current.put(slot, 0);
        return Optional.empty();
    }
}
