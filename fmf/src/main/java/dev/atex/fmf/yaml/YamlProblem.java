package dev.atex.fmf.yaml;

/** A mistake in a YAML text, where it is, and what kind the reference's parser calls it. Internal. */
public final class YamlProblem extends Exception {
    /** A message may have a text of the document in it, of any length, and after it what one wants to know. */
    private static final int LONGEST_MESSAGE = 1000;

    private final String kind;
    private final int line;
    private final int column;
    private final boolean syntax;

    YamlProblem(String kind, String message, int line, int column) {
        this(kind, message, line, column, true);
    }

    private YamlProblem(String kind, String message, int line, int column, boolean syntax) {
        super(shortened(message), null, false, false);
        this.kind = kind;
        this.line = line;
        this.column = column;
        this.syntax = syntax;
    }

    private static String shortened(String message) {
        if (message.length() <= LONGEST_MESSAGE) {
            return message;
        }
        int head = LONGEST_MESSAGE / 2;
        int tail = message.length() - LONGEST_MESSAGE / 4;
        head -= Character.isHighSurrogate(message.charAt(head - 1)) ? 1 : 0;
        tail += Character.isLowSurrogate(message.charAt(tail)) ? 1 : 0;
        return message.substring(0, head) + " [...] " + message.substring(tail);
    }

    /** A scalar that has no value, such as the 30th of February: no mistake in the YAML itself. */
    static YamlProblem ofValue(String kind, String message, int line, int column) {
        return new YamlProblem(kind, message, line, column, false);
    }

    /** False when the text is well-formed and one of its scalars has no value. */
    public boolean isSyntax() {
        return syntax;
    }

    /** The class of the error, such as {@code ScannerError}. */
    public String kind() {
        return kind;
    }

    /** The line, counted from 1; 0 when not known. */
    public int line() {
        return line;
    }

    /** The column, counted from 1; 0 when not known. */
    public int column() {
        return column;
    }

    /** The text, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
