package dev.atex.cli.command;

import dev.atex.internal.text.Suggestion;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * An option, declared once: it adds itself to the description of a command, and reads its value from a parsed command line. Immutable.
 *
 * @param <T> the type of its value
 */
public final class Opt<T> {
    private final String[] names;
    private final Supplier<String> description;
    private final UnaryOperator<OptionSpec.Builder> shape;
    private final Reader<T> reader;

    /** Converts the text of a value. */
    @FunctionalInterface
    public interface Parser<T> {
        /**
         * Converts a text.
         *
         * @param option the name of the option, for messages
         * @throws UsageException the text is not a value of the option; the message says what would be
         */
        T parse(String option, String text) throws UsageException;
    }

    /** Reads the value of an option that may not be there. */
    @FunctionalInterface
    private interface Reader<T> {
        T read(ParseResult options, String name) throws UsageException;
    }

    private Opt(
            Supplier<String> description, UnaryOperator<OptionSpec.Builder> shape, Reader<T> reader, String... names) {
        this.names = names;
        this.description = description;
        this.shape = shape;
        this.reader = reader;
    }

    /** Returns an option without a value. */
    public static Opt<Boolean> flag(String description, String... names) {
        return new Opt<>(
                () -> description, spec -> spec.arity("0"), (options, name) -> options.hasMatchedOption(name), names);
    }

    /** Returns an option that can be given once. */
    public static Opt<Optional<String>> one(String label, String description, String... names) {
        return one(label, description, (_, text) -> text, names);
    }

    /** Returns an option that can be given once, with a value that is not a text. */
    public static <T> Opt<Optional<T>> one(String label, String description, Parser<T> parser, String... names) {
        return new Opt<>(
                () -> description,
                spec -> spec.paramLabel(label).arity("1").type(String.class),
                (options, name) -> {
                    @Nullable String text = options.matchedOptionValue(name, null);
                    return text == null ? Optional.empty() : Optional.of(parser.parse(name, text));
                },
                names);
    }

    /**
     * Returns an option whose value can be left out; if there is one, it follows an equals sign.
     *
     * @param otherwise the value if it is left out
     */
    public static Opt<Optional<String>> optional(String label, String otherwise, String description, String... names) {
        return new Opt<>(
                () -> description,
                spec -> spec.paramLabel(label)
                        .arity("0..1")
                        .fallbackValue(otherwise)
                        .type(String.class),
                (options, name) -> Optional.ofNullable(options.matchedOptionValue(name, null)),
                names);
    }

    /** Returns an option that can be given any number of times. */
    public static Opt<List<String>> many(String label, String description, String... names) {
        return many(label, () -> description, names);
    }

    /** As the other method, with a description that is made when it is needed. */
    public static Opt<List<String>> many(String label, Supplier<String> description, String... names) {
        return new Opt<>(
                description,
                spec -> spec.paramLabel(label).arity("1").type(List.class).auxiliaryTypes(String.class),
                (options, name) -> options.matchedOptionValue(name, List.of()),
                names);
    }

    /** Returns a parser of whole numbers in a range. */
    public static Parser<Integer> number(int least, int most) {
        return (option, text) -> Options.number(option, text, least, most);
    }

    /** Returns a parser of words, each of which stands for a value. */
    public static <T> Parser<T> choice(Map<String, T> words) {
        return (option, text) -> {
            @Nullable T value = words.get(text);
            if (value == null) {
                throw noSuchChoice(option, text, words.keySet());
            }
            return value;
        };
    }

    /** Returns the exception for a word that is none of those known. */
    public static UsageException noSuchChoice(String option, String text, Collection<String> words) {
        return new UsageException(option + " " + text + ": unknown value" + Suggestion.among(text, words));
    }

    /** Returns its longest name. */
    public String name() {
        return names[names.length - 1];
    }

    /** Adds it to the description of a command. */
    public void addTo(CommandSpec spec) {
        OptionSpec.Builder builder =
                OptionSpec.builder(names).description(description.get().replace("%", "%%"));
        spec.addOption(shape.apply(builder).build()); // texts of help are format strings
    }

    /** Adds options to the description of a command, in this order. */
    public static void addAll(CommandSpec spec, Opt<?>... options) {
        for (Opt<?> option : options) {
            option.addTo(spec);
        }
    }

    /** Returns its value. */
    public T of(ParseResult options) throws UsageException {
        return reader.read(options, name());
    }

    /** Returns whether it was given. */
    public boolean isGiven(ParseResult options) {
        return options.hasMatchedOption(name());
    }

    @Override
    public String toString() {
        return name();
    }
}
