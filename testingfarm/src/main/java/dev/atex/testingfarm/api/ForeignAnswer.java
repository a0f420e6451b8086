package dev.atex.testingfarm.api;

import java.io.IOException;
import java.util.Optional;

/** Something answered that is not the service: a page of a gateway, or of whoever is at a wrong address. The call is made again. */
final class ForeignAnswer extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<ApiException> failure;

    ForeignAnswer(String why) {
        super(why);
        failure = Optional.empty();
    }

    ForeignAnswer(String why, ApiException failure) {
        super(why, failure);
        this.failure = Optional.of(failure);
    }

    /** What it is when no later call was better off; empty if the service is down then. */
    Optional<ApiException> failure() {
        return failure;
    }
}
