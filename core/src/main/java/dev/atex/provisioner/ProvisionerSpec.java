package dev.atex.provisioner;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A kind of provisioner and its options, as in {@code local,max=4}. Immutable.
 *
 * @param kind which factory
 * @param options by name, in the order given
 */
public record ProvisionerSpec(String kind, Map<String, String> options) {

    /** Copies its arguments. */
    public ProvisionerSpec {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }
}
