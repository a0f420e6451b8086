package dev.atex.provisioner;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The progress of a machine that is being provisioned. Immutable.
 *
 * @param machine its future name
 * @param facts everything that is known about it now, in display order; replaces earlier facts. The provisioner chooses the
 *     names; {@link #STATE} and {@link #USUALLY} are shown while the run waits for the machine
 */
public record MachineProgress(String machine, Map<String, String> facts) {
    /** The fact with one word for the current state; the display counts the time since it changed. */
    public static final String STATE = "state";

    /** The fact with the usual duration of that state: {@code 4-9 min}. */
    public static final String USUALLY = "usually";

    /** Copies the facts. */
    public MachineProgress {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
}
