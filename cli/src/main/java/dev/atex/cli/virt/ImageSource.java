package dev.atex.cli.virt;

import dev.atex.cli.command.ErrorText;
import dev.atex.cli.command.UsageException;
import dev.atex.testingfarm.http.Network;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The bytes of an image, from a file or a URL.
 *
 * @param stream the bytes
 * @param length their number, if it is known
 * @param client ends the connection
 */
record ImageSource(InputStream stream, OptionalLong length, Runnable client) implements AutoCloseable {
    private static final int OK = 200;

    /** Returns whether this is a URL. */
    static boolean isUrl(String text) {
        return text.matches("(?i)https?://.*");
    }

    /** Returns the last part of a path or URL, the usual name of the image. */
    static String lastPart(String text) {
        String path = isUrl(text) ? text.replaceFirst("[?#].*", "") : text;
        return path.substring(path.lastIndexOf('/') + 1);
    }

    static ImageSource open(String text, Map<String, String> environment)
            throws UsageException, IOException, InterruptedException {
        if (isUrl(text)) {
            return download(text, environment);
        }
        if (text.matches("[a-z][a-z0-9+.-]*://.*")) {
            throw new UsageException("cannot import " + text + ": give a file, or a URL of http or https");
        }
        try {
            Path file = Path.of(text);
            if (Files.isDirectory(file)) {
                throw new UsageException("cannot import " + text + ": it is a directory");
            }
            return new ImageSource(Files.newInputStream(file), OptionalLong.of(Files.size(file)), () -> {});
        } catch (InvalidPathException e) {
            throw new UsageException("'" + text + "' cannot be the name of a file: " + e.getReason(), e);
        } catch (IOException e) {
            throw new UsageException("cannot read " + ErrorText.of(e), e);
        }
    }

    private static ImageSource download(String text, Map<String, String> environment)
            throws UsageException, IOException, InterruptedException {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new UsageException("'" + text + "' is not a URL: " + e.getReason(), e);
        }
        if (url.getHost() == null || url.getUserInfo() != null) {
            throw new UsageException("'" + text + "': the URL of an image has a host, and no user or password");
        }
        Network network = Network.of(environment);
        HttpClient client = network.client()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        boolean open = false;
        try {
            HttpResponse<InputStream> answer =
                    client.send(network.request(url).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
            if (answer.statusCode() != OK) {
                answer.body().close();
                throw new IOException(text + ": the answer is " + answer.statusCode());
            }
            open = true;
            return new ImageSource(
                    answer.body(), answer.headers().firstValueAsLong("Content-Length"), client::shutdownNow);
        } catch (ConnectException e) {
            throw new IOException(text + ": " + (e.getMessage() == null ? "nothing listens there" : e.getMessage()), e);
        } finally {
            if (!open) {
                client.shutdownNow();
            }
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stream.close();
        } finally {
            client.run();
        }
    }
}
