package dev.atex.testingfarm;

import dev.atex.provisioner.ProvisionException;
import dev.atex.testingfarm.api.ApiException;

/** A machine could not be had. */
final class FarmFailure extends ProvisionException {
    private static final long serialVersionUID = 1L;

    private final boolean temporary;

    private FarmFailure(String message, Throwable cause, boolean temporary) {
        super(message, cause);
        this.temporary = temporary;
    }

    private FarmFailure(String message) {
        super(message);
        temporary = true;
    }

    static FarmFailure of(String machine, ApiException cause) {
        return new FarmFailure(machine + ": " + cause.getMessage(), cause, cause.isTemporary());
    }

    /** Another one may be better off. */
    static FarmFailure temporary(String message, Throwable cause) {
        return new FarmFailure(message, cause, true);
    }

    /** Another one may be better off. */
    static FarmFailure temporary(String message) {
        return new FarmFailure(message);
    }

    /** Whether it makes sense to try again. */
    boolean isTemporary() {
        return temporary;
    }
}
