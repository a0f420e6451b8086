package dev.atex.testingfarm;

import dev.atex.testingfarm.options.Choice;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is asked for after a failure, and how often; each time is told. Thread-safe. */
final class Retries {
    private static final int MOST = 10;

    private final Choices choices;
    private final Consumer<String> notices;
    private int used;
    private @Nullable FarmFailure permanent;

    Retries(List<Choice> choices, Consumer<String> notices) {
        this.choices = new Choices(choices);
        this.notices = notices;
    }

    Choices choices() {
        return choices;
    }

    /** What this slot asks for now. */
    synchronized Choice choice(int slot) throws FarmFailure {
        FarmFailure failure = permanent;
        if (failure != null) {
            throw FarmFailure.permanent(
                    "nothing is asked for any more, since it would end in the same way: " + failure.getMessage());
        }
        return choices.of(slot);
    }

    /** Whether the slot tries again, and it knows what then. */
    synchronized boolean triesAgain(int slot, FarmFailure failure) {
        return switch (failure.end()) {
            case PERMANENT -> stopsAll(failure);
            case CHOICE -> {
                failure.choice().ifPresent(choices::bury);
                yield choices.isEmpty() ? stopsAll(failure) : goesOn(slot, failure);
            }
            case PROVISIONING -> goesOn(slot, failure) || again(failure);
            case INFRASTRUCTURE -> again(failure);
        };
    }

    private boolean stopsAll(FarmFailure failure) {
        if (permanent == null) {
            permanent = failure;
        }
        return false;
    }

    private boolean goesOn(int slot, FarmFailure failure) {
        Optional<Choice> next = failure.end() == RequestEnd.CHOICE
                ? Optional.of(choices.of(slot))
                : failure.choice().flatMap(failed -> choices.next(slot, failed));
        next.ifPresent(choice -> notices.accept(failure.getMessage() + "\nNow asked for instead: " + choice));
        return next.isPresent();
    }

    private boolean again(FarmFailure failure) {
        if (used == MOST) {
            notices.accept(
                    failure.getMessage() + "\nIt is not asked for again: that was done " + MOST + " times in this run");
            return false;
        }
        used++;
        notices.accept(failure.getMessage() + "\nIt is asked for again (" + used + " of " + MOST + " times)");
        return true;
    }
}
