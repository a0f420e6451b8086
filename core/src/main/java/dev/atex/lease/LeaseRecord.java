package dev.atex.lease;

import java.time.Instant;
import java.util.Map;

/**
 * A lease as a ledger tells of it.
 *
 * @param id of the lease
 * @param run id of the run that took it
 * @param kind whose {@link Reclaimer} can find it
 * @param locator what that needs
 * @param state how far it came
 * @param since when it was written down
 */
public record LeaseRecord(
        String id, String run, String kind, Map<String, String> locator, LeaseState state, Instant since) {

    /** An element of the locator: more may have been made than is known. */
    public static final String UNCERTAIN = "uncertain";

    /** Copies the locator. */
    public LeaseRecord {
        locator = Map.copyOf(locator);
    }

    /** An element of the locator, or an {@link IllegalArgumentException} that says that the ledger lacks it. */
    public String locator(String key) {
        String value = locator.get(key);
        if (value == null) {
            throw new IllegalArgumentException("lease " + id + " of kind '" + kind + "' has no '" + key + "'");
        }
        return value;
    }

    /** Whether something may have been made of which nobody has heard. */
    public boolean isInDoubt() {
        return state == LeaseState.INTEND || locator.containsKey(UNCERTAIN);
    }
}
