package dev.atex.executor.fmf.control;

import dev.atex.executor.FailureClass;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;

/** The errors that what a test writes can end in. */
final class ControlErrors {
    private static final int SHOWN = 200;

    private ControlErrors() {}

    /** The stream itself is malformed. */
    static TestAbortedException control(String reason) {
        return new TestAbortedException(FailureClass.CONTROL, "BadControlError", reason);
    }

    /** A result in it is. */
    static TestAbortedException report(String reason) {
        return new TestAbortedException(FailureClass.CONTROL, "BadReportJSONError", reason);
    }

    /** Returns the abort for something that cannot be stored here. */
    static TestAbortedException storing(String what, IOException cause) {
        return new TestAbortedException(
                FailureClass.INTERNAL, "cannot store " + what + ": " + FileProblems.of(cause), cause);
    }

    /** Text from a test, fit for a message: on one line, printable, and not too long. */
    static String shown(String text) {
        StringBuilder shown = new StringBuilder();
        for (int i = 0; i < text.length() && shown.length() < SHOWN; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 0x7f) {
                shown.append(c);
            } else {
                shown.append(c < 0x100 ? String.format("\\x%02x", (int) c) : String.format("\\u%04x", (int) c));
            }
        }
        return shown.length() < SHOWN ? shown.toString() : shown + "...";
    }
}
