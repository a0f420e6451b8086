package dev.atex.testingfarm;

import java.util.Optional;

/**
 * One of the machines that will do.
 *
 * @param compose which operating system
 * @param arch which architecture
 * @param pool which pool of machines
 */
record Choice(String compose, String arch, Optional<String> pool) {

    @Override
    public String toString() {
        return compose + " on " + arch
                + pool.map(name -> " from the pool " + name).orElse("");
    }
}
