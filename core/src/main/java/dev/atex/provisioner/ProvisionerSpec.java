package dev.atex.provisioner;

import dev.atex.internal.text.DurationText;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A kind of provisioner and its options, as in {@code local,max=4} or {@code ssh,hosts=a;b,user="x, y"}. Immutable.
 *
 * <p>As text: the kind, then {@code ,name=value} any number of times ({@code ,name} alone is {@code name=true}). A value
 * may be quoted, in whole or in part, by {@code "} or {@code '}; {@code \} takes the next character literally, also in
 * quotes. {@code ;} separates the elements of a list; quoted or escaped it is part of one.
 *
 * @param kind the kind of the factory
 * @param options values by name, in the order given; in a value, {@code \;} is a semicolon that separates nothing, and
 *     {@code \\} a backslash
 */
public record ProvisionerSpec(String kind, Map<String, String> options) {

    /** Copies its arguments. */
    public ProvisionerSpec {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** Reads the form described above. */
    public static ProvisionerSpec parse(String text) throws InvalidOptionException {
        return new SpecParser(text).parse();
    }

    /** Returns the value of an option as one text; semicolons are part of it. */
    public Optional<String> text(String option) {
        return Optional.ofNullable(options.get(option)).map(value -> String.join(";", SpecParser.elements(value)));
    }

    /** Returns the value of a required option. */
    public String required(String option) throws InvalidOptionException {
        return text(option)
                .filter(value -> !value.isEmpty())
                .orElseThrow(() -> new InvalidOptionException("provisioner '" + kind + "' needs the option '" + option
                        + "': " + kind + "," + option + "=..."));
    }

    /** Returns the elements of an option's value; none if it is not given. */
    public List<String> list(String option) throws InvalidOptionException {
        String value = options.getOrDefault(option, "");
        if (value.isEmpty()) {
            return List.of();
        }
        List<String> elements = SpecParser.elements(value);
        if (elements.contains("")) {
            throw wrong(option, value, "a list separated by ';' without empty elements");
        }
        return elements;
    }

    /** Returns the value of an option as a number from {@code least} to {@code most}. */
    public int integer(String option, int otherwise, int least, int most) throws InvalidOptionException {
        Optional<String> value = text(option);
        if (value.isEmpty()) {
            return otherwise;
        }
        String wanted = "a whole number from " + least + " to " + most;
        try {
            int number = Integer.parseInt(value.get().strip());
            if (number < least || number > most) {
                throw wrong(option, value.get(), wanted);
            }
            return number;
        } catch (NumberFormatException e) {
            throw wrong(option, value.get(), wanted);
        }
    }

    /** Returns the value of an option as a duration, as {@link DurationText} reads it; a number alone is in seconds. */
    public Duration duration(String option, Duration otherwise) throws InvalidOptionException {
        return duration(option, otherwise, ChronoUnit.SECONDS);
    }

    /**
     * Returns the value of an option as a duration.
     *
     * @param unit of a number alone
     */
    public Duration duration(String option, Duration otherwise, ChronoUnit unit) throws InvalidOptionException {
        Optional<String> value = text(option);
        return value.isEmpty()
                ? otherwise
                : DurationText.parse(value.get().strip(), unit)
                        .orElseThrow(() -> wrong(option, value.get(), DurationText.WANTED));
    }

    /** Returns the value of an option as true ({@code true yes on 1}, or no value) or false ({@code false no off 0}). */
    public boolean flag(String option, boolean otherwise) throws InvalidOptionException {
        Optional<String> value = text(option);
        if (value.isEmpty()) {
            return otherwise;
        }
        return switch (value.get().strip()) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default -> throw wrong(option, value.get(), "true or false");
        };
    }

    private InvalidOptionException wrong(String option, String value, String wanted) {
        return new InvalidOptionException(
                "provisioner '" + kind + "': option '" + option + "' must be " + wanted + ", not '" + value + "'");
    }

    /** Returns the text form; {@link #parse} reads it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(kind);
        options.forEach(
                (name, value) -> text.append(',').append(name).append('=').append(escaped(value)));
        return text.toString();
    }

    private static String escaped(String value) {
        return SpecParser.elements(value).stream()
                .map(element -> element.replaceAll("[,;'\"\\\\]", "\\\\$0"))
                .collect(Collectors.joining(";"));
    }
}
