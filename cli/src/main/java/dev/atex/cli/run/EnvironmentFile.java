package dev.atex.cli.run;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.UsageException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Variables in a file in UTF-8: a line each, {@code NAME=VALUE}, literally. Empty lines and those that begin with # say nothing. */
final class EnvironmentFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private EnvironmentFile() {}

    /** What it says; messages do not show its values. */
    static Map<String, String> read(Path file) throws UsageException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new UsageException("--env-file " + file + ": it is not encoded in UTF-8", e);
        } catch (IOException e) {
            throw new UsageException("--env-file " + file + ": cannot read it: " + ErrorText.of(e), e);
        }
        Map<String, String> variables = new LinkedHashMap<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            int equals = line.indexOf('=');
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (equals < 1 || line.indexOf('\0') >= 0) {
                throw new UsageException("--env-file " + file + ": line " + (i + 1) + " is not of the form NAME=VALUE");
            }
            String where = "--env-file " + file + ": line " + (i + 1);
            variables.put(name(where, line.substring(0, equals)), line.substring(equals + 1));
        }
        return variables;
    }

    /**
     * A name that every shell takes for that of a variable.
     *
     * @param where for messages
     */
    static String name(String where, String name) throws UsageException {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException(
                    where + ": '" + name
                            + "' cannot be the name of a variable: it has letters, digits and '_', and does not start with a digit");
        }
        return name;
    }

    /** What a file says in the form that its name promises. */
    static Map<String, String> readAny(Path file) throws UsageException {
        try {
            return dev.atex.executor.fmf.plan.EnvironmentFile.read(file);
        } catch (IOException e) {
            throw new UsageException("--env @" + file + ": cannot read it: " + ErrorText.of(e), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--env @" + e.getMessage(), e);
        }
    }
}
