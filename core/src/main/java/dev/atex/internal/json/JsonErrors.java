package dev.atex.internal.json;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;

/** Replaces error messages of the library, which contain its options and classes, by our own, with line and column. */
final class JsonErrors {
    private static final Pattern OVER_A_LIMIT =
            Pattern.compile("(.+?) \\((\\d+)\\) exceeds the maximum allowed \\((\\d+)");
    private static final Pattern CHARACTER = Pattern.compile("(?s)Unexpected character \\('(.+?)' \\(code \\d+");
    private static final Pattern WORD = Pattern.compile("(?s)(?:Unrecognized|Non-standard) token '(.*?)'");
    private static final Pattern CLOSED = Pattern.compile("Unexpected close marker '(.)'");
    private static final int SHOWN = 40;

    private JsonErrors() {}

    static JsonException of(JacksonException problem) {
        TokenStreamLocation at = problem.getLocation();
        String place = at == null || at.getLineNr() < 1 || at.getColumnNr() < 1
                ? ""
                : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
        return new JsonException(place + what(problem), problem);
    }

    private static String what(JacksonException problem) {
        String message = String.valueOf(problem.getOriginalMessage());
        if (problem instanceof UnexpectedEndOfInputException || message.startsWith("Unexpected end-of-input")) {
            return "it ends in the middle";
        }
        if (problem instanceof StreamConstraintsException) {
            Matcher over = OVER_A_LIMIT.matcher(message);
            return over.lookingAt() && over.group(1).length() <= SHOWN
                    ? over.group(1).toLowerCase(Locale.ROOT) + " " + over.group(2) + " is over the limit of "
                            + over.group(3)
                    : "it is over a limit";
        }
        for (Pattern unexpected : new Pattern[] {CHARACTER, WORD, CLOSED}) {
            Matcher found = unexpected.matcher(message);
            if (found.find()) {
                String text = found.group(1);
                return "unexpected '" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'";
            }
        }
        if (message.contains("UTF-8")) {
            return "it is not UTF-8";
        }
        if (message.contains("numeric value") || message.contains("number")) {
            return "a number that is none in JSON";
        }
        if (message.contains("CTRL-CHAR") || message.contains("unquoted character")) {
            return "a control character, which JSON has only with a backslash";
        }
        return message.contains("escape") ? "a backslash that escapes nothing in JSON" : "it is not JSON";
    }
}
