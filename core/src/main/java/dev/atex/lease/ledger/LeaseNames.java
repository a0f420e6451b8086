package dev.atex.lease.ledger;

import dev.atex.internal.text.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** Names by which who has to free a lease finds what it is about. */
public final class LeaseNames {
    /** The key of the locator for a name that was made by {@link #random}. */
    public static final String NAME = "name";

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";
    private static final int LENGTH = 10;

    private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,8}");

    private LeaseNames() {}

    /** The id of a run's lease with this number, from 1 in the order in which they are taken. */
    static String id(String run, long number) {
        return run + "-" + number;
    }

    /** The number of a lease; empty if the id is not one of this run's. */
    static OptionalInt number(String run, String leaseId) {
        if (!leaseId.startsWith(run + "-")) {
            return OptionalInt.empty();
        }
        String number = leaseId.substring(run.length() + 1);
        return NUMBER.matcher(number).matches() ? OptionalInt.of(Integer.parseInt(number)) : OptionalInt.empty();
    }

    /**
     * Ten lower-case letters and digits by chance, for the locator: nobody else on the host can know it before the thing of
     * that name is there, and take the name for something of their own.
     */
    public static String random() {
        StringBuilder name = new StringBuilder(LENGTH);
        for (int i = 0; i < LENGTH; i++) {
            name.append(ALPHABET.charAt(RANDOM.nextInt(ALPHABET.length())));
        }
        return name.toString();
    }

    /**
     * Ten lower-case letters and digits, from SHA-256: for where the id would be too long. The id is no secret (it is in
     * names of control groups, which all users of a host can read), and so this is none.
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
