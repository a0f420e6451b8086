package dev.atex.testingfarm.options;

import dev.atex.internal.text.DurationText;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.api.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Parses the formats that several options of this provisioner have. */
public final class OptionReader {
    public static final String TOKEN_ENV = "token-env";

    private OptionReader() {}

    static InvalidOptionException wrong(String option, String why) {
        return new InvalidOptionException("provisioner '" + FarmSettings.KIND + "': option '" + option + "': " + why);
    }

    /** Parses {@code A=1;B=2}. */
    static Map<String, String> pairs(ProvisionerSpec spec, String option) throws InvalidOptionException {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String element : spec.list(option)) {
            int equals = element.indexOf('=');
            if (equals <= 0) {
                throw wrong(option, "'" + element + "' must be NAME=VALUE, as in: " + option + "=A=1;B=2");
            }
            pairs.put(element.substring(0, equals), element.substring(equals + 1));
        }
        return pairs;
    }

    /** Parses {@code A|B}: a value and its fallback. */
    static List<String> alternatives(ProvisionerSpec spec, String option) throws InvalidOptionException {
        String text = spec.text(option).orElse("");
        if (text.isEmpty()) {
            return List.of();
        }
        List<String> all =
                Arrays.stream(text.split("\\|", -1)).map(String::strip).toList();
        if (all.contains("") || all.stream().distinct().count() < all.size()) {
            throw wrong(option, "'" + text + "' must be one name, or different ones separated by '|'");
        }
        return all;
    }

    /** Returns the environment variables with the tokens, each for a different ranch. */
    public static List<String> tokens(ProvisionerSpec spec) throws InvalidOptionException {
        List<String> variables = alternatives(spec, TOKEN_ENV);
        for (String variable : variables) {
            try {
                String _ = Token.variable(variable);
            } catch (IllegalArgumentException e) {
                throw wrong(TOKEN_ENV, String.valueOf(e.getMessage()));
            }
        }
        return variables.isEmpty() ? List.of(Token.VARIABLE) : variables;
    }

    static OptionalInt seconds(ProvisionerSpec spec, String option) throws InvalidOptionException {
        if (spec.text(option).isEmpty()) {
            return OptionalInt.empty();
        }
        return OptionalInt.of((int) positive(spec, option, Duration.ZERO).toSeconds());
    }

    static Duration positive(ProvisionerSpec spec, String option, Duration otherwise) throws InvalidOptionException {
        Duration value = spec.duration(option, otherwise);
        if (!value.isPositive()) {
            throw wrong(option, "it must be longer than 0");
        }
        return value;
    }

    /** Parses a duration of whole minutes, the unit of the service; a number without a unit is minutes. */
    static int minutes(ProvisionerSpec spec, String option, int otherwise, int most) throws InvalidOptionException {
        Duration value = spec.duration(option, Duration.ofMinutes(otherwise), ChronoUnit.MINUTES);
        boolean whole = value.equals(value.truncatedTo(ChronoUnit.MINUTES));
        if (!whole || !value.isPositive() || value.compareTo(Duration.ofMinutes(most)) > 0) {
            throw new InvalidOptionException("provisioner '" + FarmSettings.KIND + "': option '"
                    + option
                    + "' must be whole minutes, from 1m to " + DurationText.print(Duration.ofMinutes(most)) + ", not '"
                    + spec.text(option).orElse("") + "'");
        }
        return (int) value.toMinutes();
    }

    static Optional<Path> path(ProvisionerSpec spec, String option) {
        return spec.text(option).map(OptionReader::absolute);
    }

    public static Path absolute(String text) {
        boolean home = text.equals("~") || text.startsWith("~/");
        return Path.of(home ? System.getProperty("user.home") + text.substring(1) : text)
                .toAbsolutePath();
    }

    static Path readable(String option, Path file) throws InvalidOptionException {
        if (!Files.isReadable(file)) {
            throw wrong(option, "cannot read the file " + file);
        }
        return file;
    }

    static String content(String option, Path file) throws InvalidOptionException {
        try {
            return Files.readString(readable(option, file));
        } catch (IOException e) {
            throw wrong(option, "cannot read the file " + file + ": " + e);
        }
    }
}
