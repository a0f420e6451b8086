package dev.atex.testingfarm;

import dev.atex.testingfarm.options.Choice;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Decides what is requested after a failure, and reports each retry. Thread-safe. */
final class Retries {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
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

    /** Returns what a slot requests now. */
    synchronized Choice choice(int slot) throws FarmFailure {
        FarmFailure failure = permanent;
        if (failure != null) {
            throw FarmFailure.permanent(
                    "no more machines are requested, as the next request would fail too: " + failure.getMessage());
        }
        return choices.of(slot);
    }

    /** Returns whether the slot tries again, and selects the alternative for that. */
    synchronized boolean triesAgain(int slot, FarmFailure failure) {
        LOG.log(Level.INFO, () -> "slot " + slot + " failed, " + failure.end() + ": " + failure.getMessage());
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
        next.ifPresent(choice -> notices.accept(failure.getMessage() + "\nRequested instead: " + choice));
        return next.isPresent();
    }

    private boolean again(FarmFailure failure) {
        if (used == MOST) {
            notices.accept(failure.getMessage() + "\nNo retry: this run has retried " + MOST + " times already");
            return false;
        }
        used++;
        notices.accept(failure.getMessage() + "\nRetry " + used + " of " + MOST + " in this run");
        return true;
    }
}
