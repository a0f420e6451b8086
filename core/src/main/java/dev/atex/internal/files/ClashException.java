package dev.atex.internal.files;

import java.io.IOException;

/** Two trees do not go together: where one has a directory, the other has something else. */
public final class ClashException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The message names the place and what is there. */
    public ClashException(String message) {
        super(message);
    }
}
