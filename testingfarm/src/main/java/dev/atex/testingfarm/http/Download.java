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
 * Downloads a small file with one GET, without redirects. User and password of the URL are sent in a header; messages contain
 * neither them nor the query.
 */
public final class Download {
    private static final int OK = 200;

    private Download() {}

    /**
     * Returns the content of a URL, decoded as UTF-8.
     *
     * @param most the largest size in bytes
     * @param deadline the deadline for the whole download
     * @throws IOException if the download fails or is longer; the message has the reason
     */
    public static String text(Network network, URI url, int most, Deadline deadline)
            throws IOException, InterruptedException {
        return text(network, url, shown(url), most, deadline);
    }

    /**
     * Returns the content of a URL, with a name for messages.
     *
     * @param shown its name in messages, which contain no other part of the URL
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
            throw new IOException(shown + ": the download did not end in time", e);
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
                    .map(to -> ", which leads to " + to + ": use that URL")
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
                        ? "nothing listens there"
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

    /** Returns the URL without user and password. */
    private static URI bare(URI url) {
        String path = url.getRawPath() == null ? "" : url.getRawPath();
        String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        return URI.create(url.getScheme() + "://" + host(url) + path + query);
    }
}
