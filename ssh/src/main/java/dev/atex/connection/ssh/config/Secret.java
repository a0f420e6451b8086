package dev.atex.connection.ssh.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Where a password is: it is read when it is needed, and is never part of a text. */
public sealed interface Secret {

    /**
     * In a variable of this process's environment.
     *
     * @param variable its name
     */
    record InEnvironment(String variable) implements Secret {}

    /**
     * In a file: its first line.
     *
     * @param file absolute
     */
    record InFile(Path file) implements Secret {}

    /**
     * Reads it.
     *
     * @throws IOException it is not there; the message says where it should be
     */
    default String read() throws IOException {
        return read(System.getenv());
    }

    /** The same with another environment. */
    default String read(Map<String, String> environment) throws IOException {
        return switch (this) {
            case InEnvironment(String variable) -> {
                String value = environment.get(variable);
                if (value == null) {
                    throw new IOException("the environment variable " + variable + " with the password is not set");
                }
                yield value;
            }
            case InFile(Path file) -> {
                try {
                    yield Files.readAllLines(file).stream()
                            .findFirst()
                            .orElseThrow(() -> new IOException("the password file " + file + " is empty"));
                } catch (CharacterCodingException e) {
                    throw new IOException("the password file " + file + " is not encoded in UTF-8", e);
                }
            }
        };
    }
}
