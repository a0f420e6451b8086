package dev.atex.testingfarm.http;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A small file that somebody names by its URL: one GET, and nothing is followed from there. User and password of the URL go
 * into a header, and neither they nor a query are in a message.
 */
public final class Download {
    private static final int OK = 200;

    private Download() {}

    /**
     * The text of what is there, taken for UTF-8.
     *
     * @param most bytes that are taken
     * @param deadline of all of it
     * @throws IOException it cannot be had, or is longer; the message says why
     */
    public static String text(Network network, URI url, int most, Deadline deadline)
            throws IOException, InterruptedException {
        return text(network, url, shown(url), most, deadline);
    }

    /**
     * The same.
     *
     * @param shown what it is called in messages; what is in the URL and not in that is in none
     */
    public static String text(Network network, URI url, String shown, int most, Deadline deadline)
            throws IOException, InterruptedException {
        if (url.getHost() == null) {
            throw new IOException(shown + " has no host");
        }
        HttpRequest.Builder request = network.request(bare(url)).GET();
        if (url.getUserInfo() != null) {
            byte[] login = url.getUserInfo().getBytes(StandardCharsets.UTF_8);
            request.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login));
        }
        HttpClient client = network.client()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
        try (client) {
            CompletableFuture<HttpResponse<FirstBytes.Taken>> answer = client.sendAsync(
                    request.build(),
                    info -> info.statusCode() == OK
                            ? new FirstBytes(most)
                            : BodySubscribers.replacing(new FirstBytes.Taken(new byte[0], false)));
            try {
                return text(answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS), url, shown, most);
            } finally {
                client.shutdownNow();
            }
        } catch (TimeoutException e) {
            throw new IOException(shown + ": nothing came, or not all of it, in the time that it may take", e);
        } catch (ExecutionException e) {
            throw failed(e, shown, bare(url), network);
        }
    }

    private static String text(HttpResponse<FirstBytes.Taken> answer, URI url, String shown, int most)
            throws IOException {
        ProxyRefusal.check(answer);
        int status = answer.statusCode();
        if (status != OK) {
            String elsewhere = answer.headers()
                    .firstValue("Location")
                    .map(to -> shown.equals(shown(url)) ? shown(to) : "another place")
                    .map(to -> ", which leads to " + to + ": name that place itself")
                    .orElse("");
            throw new IOException(shown + ": the answer is " + status + elsewhere);
        }
        if (answer.body().isCut()) {
            throw new IOException(shown + ": it is longer than " + most + " bytes");
        }
        return new String(answer.body().bytes(), StandardCharsets.UTF_8);
    }

    private static IOException failed(ExecutionException failure, String shown, URI url, Network network) {
        IOException cause = failure.getCause() instanceof IOException known ? known : new IOException(failure);
        String why = Obstacle.of(cause, url, network)
                .orElseGet(() -> cause instanceof ConnectException
                        ? "nobody answers there"
                        : String.valueOf(cause.getMessage() == null ? cause : cause.getMessage()));
        String host = url.getHost();
        return new IOException(shown + ": " + (shown.contains(host) ? why : why.replace(host, "the host")), cause);
    }

    private static String shown(String location) {
        try {
            return shown(new URI(location));
        } catch (URISyntaxException e) {
            return "another place";
        }
    }

    private static String shown(URI url) {
        String path = url.getPath() == null ? "" : url.getPath();
        return url.getHost() == null ? path : url.getScheme() + "://" + host(url) + path;
    }

    private static String host(URI url) {
        return url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /** Without user and password. */
    private static URI bare(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return URI.create(url.getScheme() + "://" + host(url) + path + query);
    }
}
