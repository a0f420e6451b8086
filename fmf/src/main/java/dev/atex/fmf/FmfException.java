package dev.atex.fmf;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Something is wrong with a tree or with what is asked of it. The message is the one users know from the reference
 * implementation; {@link #location()} says where, when the mistake is in a file.
 */
public sealed class FmfException extends Exception
        permits CannotDecideException,
                FetchException,
                FileException,
                FilterException,
                FormatException,
                InvalidContextException,
                InvalidRuleException,
                InvalidValueException,
                MergeException,
                ReferenceException,
                UnsupportedConditionException {
    private transient @Nullable Location location;

    /** The error with its message. */
    public FmfException(String message) {
        super(message);
    }

    /** The error with its message and cause. */
    public FmfException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Where the mistake is, when it is in a file. */
    public Optional<Location> location() {
        return Optional.ofNullable(location);
    }

    /** The name of this error in the reference implementation, such as {@code MergeError}. */
    public String referenceName() {
        return "GeneralError";
    }

    final void setLocation(@Nullable Location place) {
        if (location == null) {
            location = place;
        }
    }
}
