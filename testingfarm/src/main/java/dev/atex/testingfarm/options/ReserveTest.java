package dev.atex.testingfarm.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.Map;

/**
 * The test that is submitted to get a machine: it installs a key and then sleeps.
 *
 * @param url the git repository
 * @param ref its branch, tag or commit
 * @param path the metadata tree in it
 * @param name the name of the test
 * @param variables its variables
 */
public record ReserveTest(String url, String ref, String path, String name, Map<String, String> variables) {
    public static final ReserveTest USUAL =
            new ReserveTest("https://gitlab.com/testing-farm/tests", "main", ".", "/testing-farm/reserve", Map.of());

    /** Reads the options. */
    static ReserveTest of(ProvisionerSpec spec) throws InvalidOptionException {
        return new ReserveTest(
                spec.text("test-url").orElse(USUAL.url()),
                spec.text("test-ref").orElse(USUAL.ref()),
                spec.text("test-path").orElse(USUAL.path()),
                spec.text("test-name").orElse(USUAL.name()),
                OptionReader.pairs(spec, "variables"));
    }
}
