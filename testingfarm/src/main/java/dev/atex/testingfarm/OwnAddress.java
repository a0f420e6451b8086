package dev.atex.testingfarm;

import dev.atex.testingfarm.http.Network;
import dev.atex.testingfarm.options.IpRange;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the public addresses of this host. */
final class OwnAddress {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST = 1024;
    private static final int UNIQUE_LOCAL = 0xfc;
    private static final int SHARED = 100;

    private OwnAddress() {}

    /**
     * Asks services whose whole answer is the address, in order until one answers; then uses the addresses of this host, which
     * are right without address translation.
     *
     * @throws IOException if all fail; the message has the reason of each
     */
    static List<IpRange> ask(List<URI> services, Network network) throws IOException, InterruptedException {
        List<String> problems = new ArrayList<>();
        Optional<IpRange> told = told(services, network, problems);
        if (told.isPresent()) {
            return List.of(told.get());
        }
        List<IpRange> own = own();
        if (own.isEmpty()) {
            problems.add("this host has no public address of its own");
            throw new IOException(String.join("; ", problems));
        }
        return own;
    }

    /** Returns the answer of the first service that knows the address; adds the errors of the others to the problems. */
    static Optional<IpRange> told(List<URI> services, Network network, List<String> problems)
            throws InterruptedException {
        try (HttpClient client = network.client()
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            for (URI service : services) {
                try {
                    return Optional.of(ask(client, network.request(service)));
                } catch (IOException e) {
                    problems.add(service + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
                }
            }
        }
        return Optional.empty();
    }

    private static IpRange ask(HttpClient client, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(request.timeout(PATIENCE).build(), BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST));
        Optional<IpRange> address = IpRange.parse(answer.body()).filter(IpRange::isAddress);
        if (answer.statusCode() != 200 || address.isEmpty()) {
            throw new IOException("the answer is " + answer.statusCode() + " without an address");
        }
        return address.get();
    }

    private static List<IpRange> own() throws SocketException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(OwnAddress::isPublic)
                .flatMap(address -> IpRange.parse(address.getHostAddress().replaceFirst("%.*", "")).stream())
                .distinct()
                .toList();
    }

    /** Returns whether an address is public. */
    static boolean isPublic(InetAddress address) {
        if (address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()) {
            return false;
        }
        byte[] bytes = address.getAddress();
        return address instanceof Inet4Address
                ? (bytes[0] & 0xff) != SHARED || (bytes[1] & 0xc0) != 0x40 // RFC 6598
                : (bytes[0] & 0xfe) != UNIQUE_LOCAL; // RFC 4193
    }
}
