package dev.atex.lease;

import java.time.Instant;
import java.util.Map;

/**
 * A lease as read from a ledger.
 *
 * @param id of the lease
 * @param run id of the run that took it
 * @param kind the kind of the {@link Reclaimer} that can find its resource
 * @param locator what the reclaimer needs
 * @param state its last state
 * @param since time of its first record
 */
public record LeaseRecord(
        String id, String run, String kind, Map<String, String> locator, LeaseState state, Instant since) {

    /** The key of the locator that says that more may exist than is known. */
    public static final String UNCERTAIN = "uncertain";

    /** Copies the locator. */
    public LeaseRecord {
        locator = Map.copyOf(locator);
    }

    /** Returns an element of the locator; throws {@link IllegalArgumentException} if the ledger lacks it. */
    public String locator(String key) {
        String value = locator.get(key);
        if (value == null) {
            throw new IllegalArgumentException("lease " + id + " of kind '" + kind + "' has no '" + key + "'");
        }
        return value;
    }

    /** Returns whether a resource may exist that is not recorded. */
    public boolean isInDoubt() {
        return state == LeaseState.INTEND || locator.containsKey(UNCERTAIN);
    }
}
