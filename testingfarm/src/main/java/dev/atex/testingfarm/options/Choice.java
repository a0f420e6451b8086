package dev.atex.testingfarm.options;

import dev.atex.testingfarm.api.Token;
import java.util.Optional;

/**
 * One of the machines that will do.
 *
 * @param compose which operating system
 * @param arch which architecture
 * @param token the environment variable that has the token, which decides about the ranch
 * @param pool which pool of machines
 */
public record Choice(String compose, String arch, String token, Optional<String> pool) {

    @Override
    public String toString() {
        return compose + " on " + arch
                + (token.equals(Token.VARIABLE) ? "" : " with the token in " + token)
                + pool.map(name -> " from the pool " + name).orElse("");
    }
}
