package dev.atex.provisioner;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far a machine is that is being made. Immutable.
 *
 * @param machine the name that it will have
 * @param facts what is known about it now, all of it, in the order in which it is shown; replaces what was said before. The names
 *     are those of the provisioner; {@link #STATE} and {@link #USUALLY} are shown while the machine is waited for
 */
public record MachineProgress(String machine, Map<String, String> facts) {
    /** The fact that has one word for what is waited for; a time is counted from when it changed. */
    public static final String STATE = "state";

    /** The fact that says how long that state usually lasts, as {@code 4-9 min}. */
    public static final String USUALLY = "usually";

    /** Takes a copy of the facts. */
    public MachineProgress {
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
}
