package dev.atex.executor.fmf.findings;

import dev.atex.fmf.FmfException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tests cannot be discovered: an error in the metadata, or in the selection. */
public class DiscoveryException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String unknown;
    private final List<String> known;

    /** The message says what is wrong, where, and what to do. */
    public DiscoveryException(String message) {
        this(message, (Throwable) null);
    }

    /** The message says what is wrong, where, and what to do. */
    public DiscoveryException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.unknown = null;
        this.known = List.of();
    }

    /** Creates an exception for an unknown name, with the known ones. */
    public DiscoveryException(String message, String unknown, List<String> known) {
        super(message);
        this.unknown = unknown;
        this.known = List.copyOf(known);
    }

    public static DiscoveryException of(FmfException cause) {
        String message = cause.text();
        String where = cause.location()
                .map(Object::toString)
                .filter(location -> !message.contains(location))
                .map(location -> location + ": ")
                .orElse("");
        return new DiscoveryException(where + message, cause);
    }

    /** Returns the requested name, for example of a plan, if it does not exist. */
    public Optional<String> unknown() {
        return Optional.ofNullable(unknown);
    }

    /** Returns the known names; the message lists them as well. */
    public List<String> known() {
        return known;
    }
}
