package dev.atex.testingfarm.http;

import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The variable {@code no_proxy}: names, which match their subdomains too, addresses, networks like {@code 10.0.0.0/8}, each with or
 * without a port, and {@code *} for everything; separated by commas or white space. Names are not resolved. Immutable.
 *
 * @param entries the entries in lower case
 */
public record NoProxy(List<String> entries) {
    static final NoProxy NOTHING = new NoProxy(List.of());

    /** Copies the list. */
    public NoProxy {
        entries = List.copyOf(entries);
    }

    static NoProxy of(String text) {
        List<String> entries = new ArrayList<>();
        for (String entry : text.toLowerCase(Locale.ROOT).split("[,\\s]+")) {
            if (!entry.isEmpty()) {
                entries.add(entry);
            }
        }
        return new NoProxy(entries);
    }

    boolean contains(URI uri) {
        String host = uri.getHost();
        if (host == null) {
            return false;
        }
        int usual = "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
        int port = uri.getPort() < 0 ? usual : uri.getPort();
        String name = bare(host.toLowerCase(Locale.ROOT));
        return entries.stream().anyMatch(entry -> matches(entry, name, port));
    }

    private static boolean matches(String entry, String host, int port) {
        if (entry.equals("*")) {
            return true;
        }
        String name = entry;
        int colon = entry.lastIndexOf(':');
        boolean hasPort = colon > 0 && (entry.indexOf(':') == colon || entry.charAt(colon - 1) == ']');
        if (hasPort) {
            if (!entry.substring(colon + 1).equals(Integer.toString(port))) {
                return false;
            }
            name = entry.substring(0, colon);
        }
        name = bare(name);
        Optional<InetAddress> address = address(host);
        int slash = name.indexOf('/');
        if (slash > 0) {
            Optional<InetAddress> network = address(bare(name.substring(0, slash)));
            String bits = name.substring(slash + 1);
            return address.isPresent()
                    && network.isPresent()
                    && bits.matches("[0-9]{1,3}")
                    && isIn(address.get().getAddress(), network.get().getAddress(), Integer.parseInt(bits));
        }
        if (address.isPresent()) {
            return address.equals(address(name));
        }
        String suffix = name.replaceFirst("^\\*?\\.", "");
        return !suffix.isEmpty() && (host.equals(suffix) || host.endsWith("." + suffix));
    }

    private static boolean isIn(byte[] address, byte[] network, int bits) {
        if (address.length != network.length || bits > address.length * 8) {
            return false;
        }
        for (int i = 0; i < bits; i++) {
            int bit = 0x80 >> (i % 8);
            if ((address[i / 8] & bit) != (network[i / 8] & bit)) {
                return false;
            }
        }
        return true;
    }

    /** Returns a host without the brackets of an address and the trailing dot of a name. */
    private static String bare(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return host.substring(1, host.length() - 1);
        }
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static Optional<InetAddress> address(String text) {
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
