package dev.atex.fmf;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tree, or a request about it, is wrong. The message is the one users know from the reference implementation;
 * {@link #location()} is the place of the error, if it is in a file.
 */
public abstract sealed class FmfException extends Exception
        permits ConditionException, FetchException, FilterException, InvalidValueException, LoadException {
    private transient @Nullable Location location;

    FmfException(String message) {
        super(message);
    }

    FmfException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns the place of the error, if it is in a file. */
    public Optional<Location> location() {
        return Optional.ofNullable(location);
    }

    /** Returns the message for users: that of an error of the Python interpreter follows its name. */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** Returns the name of this error in the reference implementation, such as {@code MergeError}. */
    public abstract String referenceName();

    final void setLocation(@Nullable Location place) {
        if (location == null) {
            location = place;
        }
    }
}
