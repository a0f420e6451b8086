package dev.atex.testingfarm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.regex.Pattern;

/** The address under which others see this host. */
final class OwnAddress {
    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern ADDRESS = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST = 1024;

    private OwnAddress() {}

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    /** Asks a service whose whole answer is the address. */
    static String ask(URI service) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder()
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build()) {
            HttpRequest request = HttpRequest.newBuilder(service)
                    .timeout(PATIENCE)
                    .header("User-Agent", "atex")
                    .build();
            HttpResponse<String> answer = client.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), LONGEST));
            String text = answer.body().strip();
            if (answer.statusCode() != 200 || !isAddress(text)) {
                throw new IOException("it answers " + answer.statusCode() + " and no IPv4 address");
            }
            return text;
        }
    }
}
