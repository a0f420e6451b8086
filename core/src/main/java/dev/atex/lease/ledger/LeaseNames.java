package dev.atex.lease.ledger;

import dev.atex.internal.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Names by which the resources of a lease are found. */
public final class LeaseNames {
    /** The key of the locator for a name from {@link #random}. */
    public static final String NAME = "name";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 10;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private LeaseNames() {}

    /** Returns the id of a run's lease with this number; leases are numbered from 1. */
    static String id(String run, long number) {
        return run + "-" + number;
    }

    /** Returns the number of a lease; empty if it is not a lease of this run. */
    static OptionalInt number(String run, String leaseId) {
        if (!leaseId.startsWith(run + "-")) {
            return OptionalInt.empty();
        }
        String number = leaseId.substring(run.length() + 1);
        return NUMBER.matcher(number).matches() ? OptionalInt.of(Integer.parseInt(number)) : OptionalInt.empty();
    }

    /**
     * Returns ten random lower-case letters and digits, for the locator. Nobody else on the host can guess the name before it
     * is used, and occupy it.
     */
    public static String random() {
        StringBuilder name = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            name.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /**
     * Returns ten lower-case letters and digits, from SHA-256, for names in which the id would be too long. The id is not
     * secret (names of control groups contain it, and all users of a host can read those), so this name is not either.
     */
    public static String shortName(String leaseId) {
        byte[] hash = Sha256.of(leaseId, StandardCharsets.UTF_8);
        StringBuilder name = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            name.append(ALPHABET.charAt(Byte.toUnsignedInt(hash[i]) % ALPHABET.length()));
        }
        return name.toString();
    }
}
