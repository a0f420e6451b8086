package dev.atex.provisioner;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Parses the text form of a {@link ProvisionerSpec}. */
final class SpecParser {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]*");

    private final String text;
    private int at;

    SpecParser(String text) {
        this.text = text;
    }

    ProvisionerSpec parse() throws InvalidOptionException {
        String kind = name("the kind of a provisioner");
        Map<String, String> options = new LinkedHashMap<>();
        while (at < text.length()) {
            if (text.charAt(at) != ',') {
                throw wrong("',' and an option expected at '" + text.substring(at) + "'");
            }
            at++;
            String option = name("the name of an option");
            String value = "true";
            if (at < text.length() && text.charAt(at) == '=') {
                at++;
                value = value(option);
            }
            if (options.put(option, value) != null) {
                throw wrong("option '" + option + "' is given twice");
            }
        }
        return new ProvisionerSpec(kind, options);
    }

    private String name(String what) throws InvalidOptionException {
        int start = at;
        while (at < text.length() && text.charAt(at) != ',' && text.charAt(at) != '=') {
            at++;
        }
        String name = text.substring(start, at).strip();
        if (!NAME.matcher(name).matches()) {
            throw wrong(what + " expected, not '" + name + "'");
        }
        return name;
    }

    /** Reads up to the next comma that is neither quoted nor escaped. */
    private String value(String option) throws InvalidOptionException {
        StringBuilder value = new StringBuilder();
        char quote = 0;
        while (at < text.length() && (quote != 0 || text.charAt(at) != ',')) {
            char c = text.charAt(at++);
            if (c == '\\') {
                if (at == text.length()) {
                    throw wrong("option '" + option + "' ends with a backslash that escapes nothing");
                }
                literal(text.charAt(at++), value);
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            } else if (quote != 0) {
                literal(c, value);
            } else {
                value.append(c);
            }
        }
        if (quote != 0) {
            throw wrong("option '" + option + "' has a " + quote + " that is not closed");
        }
        return value.toString();
    }

    private static void literal(char c, StringBuilder value) {
        if (c == ';' || c == '\\') {
            value.append('\\');
        }
        value.append(c);
    }

    private InvalidOptionException wrong(String what) {
        return new InvalidOptionException("cannot read the provisioner '" + text + "': " + what
                + "; the form is kind,option=value,option=value, as in local,max=4");
    }

    /** Splits a value at its separators and removes the escapes. */
    static List<String> elements(String value) {
        List<String> elements = new ArrayList<>();
        StringBuilder element = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean escape = c == '\\' && i + 1 < value.length() && ";\\".indexOf(value.charAt(i + 1)) >= 0;
            if (escape) {
                element.append(value.charAt(++i));
            } else if (c == ';') {
                elements.add(element.toString());
                element.setLength(0);
            } else {
                element.append(c);
            }
        }
        elements.add(element.toString());
        return List.copyOf(elements);
    }
}
