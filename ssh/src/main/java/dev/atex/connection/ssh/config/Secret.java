package dev.atex.connection.ssh.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The place of a password. It is read only when needed, and is never part of a text. */
public sealed interface Secret {

    /**
     * A password in an environment variable of this process.
     *
     * @param variable the name of the variable
     */
    record InEnvironment(String variable) implements Secret {}

    /**
     * A password that is the first line of a file.
     *
     * @param file the absolute path
     */
    record InFile(Path file) implements Secret {}

    /**
     * Reads the password.
     *
     * @throws IOException there is none; the message names the place
     */
    default String read() throws IOException {
        return read(System.getenv());
    }

    /** Reads the password with another environment. */
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
