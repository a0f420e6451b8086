package dev.atex.executor;

import java.io.IOException;
import java.nio.file.Path;

/** A line of a {@code results} file is not a JSON object, or not one that can be a result. */
public final class MalformedResultsException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The message is {@code FILE:LINE: PROBLEM}. */
    public MalformedResultsException(Path file, long line, String problem) {
        super(file + ":" + line + ": " + problem);
    }
}
