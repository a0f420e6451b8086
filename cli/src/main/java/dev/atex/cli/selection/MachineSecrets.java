package dev.atex.cli.selection;

import dev.atex.cli.log.Secrets;
import dev.atex.provisioner.ProvisionerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Keeps passwords and tokens that options of provisioners refer to out of logs. */
public final class MachineSecrets {
    private static final Pattern SEPARATOR = Pattern.compile("\\|");

    private MachineSecrets() {}

    /** Hides what the options of a provisioner refer to; an option may name several variables: {@code A|B}. */
    public static void hide(ProvisionerSpec spec, Map<String, String> environment) {
        spec.options().forEach((option, value) -> {
            if (option.endsWith("-env") || option.startsWith("token")) {
                for (String name : SEPARATOR.split(value)) {
                    String variable = name.strip();
                    Optional.ofNullable(environment.get(variable)).ifPresent(secret -> Secrets.hide(variable, secret));
                }
            } else if (option.equals("password-file")) {
                firstLine(value).ifPresent(secret -> Secrets.hide(option, secret));
            }
        });
    }

    /** Whoever logs in reports a file that cannot be read. A pipe can be read once only, which is not for us to do. */
    private static Optional<String> firstLine(String file) {
        try {
            Path path = Path.of(file);
            return Files.isRegularFile(path) ? Files.readAllLines(path).stream().findFirst() : Optional.empty();
        } catch (IOException | InvalidPathException e) {
            return Optional.empty();
        }
    }
}
