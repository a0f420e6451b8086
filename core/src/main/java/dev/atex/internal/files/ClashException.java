package dev.atex.internal.files;

import java.io.IOException;

/** Two trees conflict: one has a directory where the other has something else. */
public final class ClashException extends IOException {
    private static final long serialVersionUID = 1L;

    /** Creates an exception whose message names the path and what exists there. */
    public ClashException(String message) {
        super(message);
    }
}
