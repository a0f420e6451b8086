package dev.atex.testingfarm.api;

import java.io.IOException;
import java.util.Optional;

/** An answer that is not from the service: a page of a gateway, or of another server at a wrong URL. The call is retried. */
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

    /** Returns the error if all retries fail; empty if that is an outage. */
    Optional<ApiException> failure() {
        return failure;
    }
}
