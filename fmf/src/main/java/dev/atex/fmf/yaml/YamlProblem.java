package dev.atex.fmf.yaml;

/** An error in a YAML text, with its place and its kind in the reference's parser. Internal. */
public final class YamlProblem extends Exception {
    /** A message may quote a text of any length from the document before its own text. */
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

    /** Creates an error for a scalar that has no value, such as the 30th of February: the YAML itself is valid. */
    static YamlProblem ofValue(String kind, String message, int line, int column) {
        return new YamlProblem(kind, message, line, column, false);
    }

    /** Returns false if the YAML is well-formed but one of its scalars has no value. */
    public boolean isSyntax() {
        return syntax;
    }

    /** Returns the class of the error, such as {@code ScannerError}. */
    public String kind() {
        return kind;
    }

    /** Returns the line, counted from 1; 0 if not known. */
    public int line() {
        return line;
    }

    /** Returns the column, counted from 1; 0 if not known. */
    public int column() {
        return column;
    }

    /** Returns the message, never null. */
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
