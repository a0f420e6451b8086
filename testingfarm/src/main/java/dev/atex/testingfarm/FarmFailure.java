package dev.atex.testingfarm;

import dev.atex.provisioner.ProvisionException;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.options.Choice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine could not be had. */
final class FarmFailure extends ProvisionException {
    private static final long serialVersionUID = 1L;

    private final RequestEnd end;
    private final transient Optional<Choice> choice;

    private FarmFailure(String message, @Nullable Throwable cause, RequestEnd end, Optional<Choice> choice) {
        super(message, end == RequestEnd.PERMANENT ? Extent.PROVISIONER : Extent.ONCE);
        if (cause != null) {
            initCause(cause);
        }
        this.end = end;
        this.choice = choice;
    }

    static FarmFailure of(String machine, ApiException cause) {
        return new FarmFailure(
                machine + ": " + cause.getMessage(),
                cause,
                cause.isTemporary() ? RequestEnd.INFRASTRUCTURE : RequestEnd.PERMANENT,
                Optional.empty());
    }

    /** Another one may be better off. */
    static FarmFailure temporary(String message, Throwable cause) {
        return new FarmFailure(message, cause, RequestEnd.INFRASTRUCTURE, Optional.empty());
    }

    /** Another one may be better off. */
    static FarmFailure temporary(String message) {
        return new FarmFailure(message, null, RequestEnd.INFRASTRUCTURE, Optional.empty());
    }

    /** The request for this choice ended. */
    static FarmFailure ended(String message, RequestEnd end, Choice choice) {
        return new FarmFailure(message, null, end, Optional.of(choice));
    }

    /** No other one can be had. */
    static FarmFailure permanent(String message) {
        return new FarmFailure(message, null, RequestEnd.PERMANENT, Optional.empty());
    }

    /** What could not be had. */
    Optional<Choice> choice() {
        return choice;
    }

    /** What is to be done about it. */
    RequestEnd end() {
        return end;
    }
}
