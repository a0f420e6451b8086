package dev.atex.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Variables in a file in UTF-8: a line each, {@code NAME=VALUE}, literally. Empty lines and those that begin with # say nothing. */
final class EnvironmentFile {
    private EnvironmentFile() {}

    /** What it says; messages do not show its values. */
    static Map<String, String> read(Path file) throws UsageException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new UsageException("--env-file " + file + ": it is not encoded in UTF-8", e);
        } catch (IOException e) {
            throw new UsageException("--env-file " + file + ": cannot read it: " + Reasons.of(e), e);
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
            variables.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return variables;
    }
}
