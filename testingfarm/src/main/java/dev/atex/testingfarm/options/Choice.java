package dev.atex.testingfarm.options;

import dev.atex.testingfarm.api.Token;
import java.util.Optional;

/**
 * One alternative of the requested machine.
 *
 * @param compose the operating system
 * @param arch the architecture
 * @param token the environment variable with the token, which selects the ranch
 * @param pool the pool of machines
 */
public record Choice(String compose, String arch, String token, Optional<String> pool) {

    @Override
    public String toString() {
        return compose + " on " + arch
                + (token.equals(Token.VARIABLE) ? "" : " with the token in " + token)
                + pool.map(name -> " from the pool " + name).orElse("");
    }
}
