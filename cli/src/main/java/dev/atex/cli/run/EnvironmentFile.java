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

/**
 * Variables in a UTF-8 file: lines {@code NAME=VALUE}, read literally. Empty lines and lines that start with # are
 * ignored.
 */
final class EnvironmentFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    private EnvironmentFile() {}

    /** Reads a file; messages do not contain its values. */
    static Map<String, String> read(Path file) throws UsageException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new UsageException("--env-file " + file + ": it is not encoded in UTF-8", e);
        } catch (IOException e) {
            throw new UsageException("--env-file " + file + ": it cannot be read: " + ErrorText.of(e), e);
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
     * Checks the name of a variable.
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

    /** Reads a file in the format of its name's suffix. */
    static Map<String, String> readAny(Path file) throws UsageException {
        try {
            return dev.atex.executor.fmf.plan.EnvironmentFile.read(file);
        } catch (IOException e) {
            throw new UsageException("--env @" + file + ": it cannot be read: " + ErrorText.of(e), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--env @" + e.getMessage(), e);
        }
    }
}
