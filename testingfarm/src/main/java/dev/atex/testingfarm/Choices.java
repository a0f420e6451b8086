package dev.atex.testingfarm;

import dev.atex.testingfarm.options.Choice;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which of the machines that will do is asked for next, for each slot of the pool. Thread-safe. */
final class Choices {
    private final List<Choice> all;
    /** Those that nobody can have. */
    private final Set<Choice> dead = new HashSet<>();

    private final Map<Integer, Integer> current = new HashMap<>();

    Choices(List<Choice> all) {
        this.all = List.copyOf(all);
    }

    /** What a slot asks for: the first, until that failed there; what worked is asked for again. */
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

    /** Nobody can have this one. */
    synchronized void bury(Choice choice) {
        dead.add(choice);
    }

    /** Whether there is none left. */
    synchronized boolean isEmpty() {
        return dead.containsAll(all);
    }

    /**
     * After a failure of what a slot asked for: goes on to the next one.
     *
     * @return empty if that was the last one, so that the slot begins anew
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
