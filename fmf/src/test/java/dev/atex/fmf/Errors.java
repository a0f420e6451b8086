package dev.atex.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.ThrowingConsumer;

/** Conditions for errors. */
final class Errors {
    private Errors() {}

    static ThrowingConsumer<Throwable> are(LoadException.Kind kind) {
        return e -> assertThat(((LoadException) e).kind()).isEqualTo(kind);
    }

    static ThrowingConsumer<Throwable> are(ConditionException.Kind kind) {
        return e -> assertThat(((ConditionException) e).kind()).isEqualTo(kind);
    }
}
