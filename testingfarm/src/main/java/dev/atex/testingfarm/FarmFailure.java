package dev.atex.testingfarm;

import dev.atex.provisioner.ProvisionException;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.options.Choice;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A machine could not be provisioned. */
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

    /** A failure after which another attempt may succeed. */
    static FarmFailure temporary(String message, Throwable cause) {
        return new FarmFailure(message, cause, RequestEnd.INFRASTRUCTURE, Optional.empty());
    }

    /** A failure after which another attempt may succeed. */
    static FarmFailure temporary(String message) {
        return new FarmFailure(message, null, RequestEnd.INFRASTRUCTURE, Optional.empty());
    }

    /** The request for this alternative ended. */
    static FarmFailure ended(String message, RequestEnd end, Choice choice) {
        return new FarmFailure(message, null, end, Optional.of(choice));
    }

    /** A failure after which no other attempt can succeed. */
    static FarmFailure permanent(String message) {
        return new FarmFailure(message, null, RequestEnd.PERMANENT, Optional.empty());
    }

    /** Returns the alternative that was requested. */
    Optional<Choice> choice() {
        return choice;
    }

    /** Returns the kind of the failure, which decides about another attempt. */
    RequestEnd end() {
        return end;
    }
}
