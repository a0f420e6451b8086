package dev.atex.testingfarm.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.Map;

/**
 * The test that is submitted to get a machine: it puts a key in place and then does nothing.
 *
 * @param url of the git repository
 * @param ref branch, tag or commit
 * @param path of the tree of metadata in it
 * @param name of the plan's test
 * @param variables for it
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
