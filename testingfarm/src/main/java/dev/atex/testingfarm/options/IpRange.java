package dev.atex.testingfarm.options;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One address, or all addresses with the same prefix.
 *
 * @param first the first address
 * @param bits the length of the prefix
 */
public record IpRange(InetAddress first, int bits) {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern V4 = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    /** Parses {@code 192.0.2.7}, {@code 192.0.2.0/24}, {@code 2001:db8::7} or {@code 2001:db8::/32}; names are not resolved. */
    public static Optional<IpRange> parse(String text) {
        String[] parts = text.strip().split("/", -1);
        Optional<InetAddress> address = address(parts[0]);
        if (address.isEmpty() || parts.length > 2 || (parts.length == 2 && !parts[1].matches("[0-9]{1,3}"))) {
            return Optional.empty();
        }
        int all = 8 * address.get().getAddress().length;
        int bits = parts.length == 2 ? Integer.parseInt(parts[1]) : all;
        return bits <= all && isZeroAfter(address.get().getAddress(), bits)
                ? Optional.of(new IpRange(address.get(), bits))
                : Optional.empty();
    }

    private static Optional<InetAddress> address(String text) {
        if (!V4.matcher(text).matches() && !V6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isZeroAfter(byte[] bytes, int bits) {
        for (int i = bits; i < 8 * bytes.length; i++) {
            if ((bytes[i / 8] >> (7 - i % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns whether it is one address. */
    public boolean isAddress() {
        return bits == 8 * first.getAddress().length;
    }

    /** Returns it like {@code 192.0.2.7/32}. */
    @Override
    public String toString() {
        return first.getHostAddress() + "/" + bits;
    }
}
