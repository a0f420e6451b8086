package dev.atex.cli.view;

import dev.atex.executor.Status;

/** Colors for a terminal, or none. */
public enum Style {
    /** Plain text. */
    PLAIN,
    /** ANSI colors. */
    COLORED;

    String good(String text) {
        return with("32", text);
    }

    String bad(String text) {
        return with("31;1", text);
    }

    String odd(String text) {
        return with("33", text);
    }

    String faint(String text) {
        return with("2", text);
    }

    String strong(String text) {
        return with("1", text);
    }

    private String with(String code, String text) {
        return this == PLAIN ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
    }

    /** Returns a text in the color of its status. */
    String status(String status, String text) {
        Status known = Status.known(status).orElse(Status.WARN);
        return known == Status.PASS ? good(text) : known.failed() ? bad(text) : odd(text);
    }
}
