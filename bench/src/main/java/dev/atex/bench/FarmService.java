package dev.atex.bench;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonNumber;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The stand-in for Testing Farm, {@code tools/testing-farm/service}. */
record FarmService(Process process, String url, String control, HttpClient client) implements AutoCloseable {
    /** The environment of its user. */
    static final Map<String, String> ENVIRONMENT = Map.of("TESTING_FARM_API_TOKEN", "tf-token-1");

    static FarmService start(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "tools/testing-farm/service", "--share"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String line =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("the stand-in for Testing Farm did not start");
        }
        String[] urls = line.split(" ");
        return new FarmService(process, urls[0], urls[1], HttpClient.newHttpClient());
    }

    private Map<?, ?> call(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(control + path))
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            byte[] answer = client.send(request, BodyHandlers.ofByteArray()).body();
            if (Json.parse(answer) instanceof Map<?, ?> map) {
                return map;
            }
            throw new IOException("not an object");
        } catch (JsonException e) {
            throw new IOException(e);
        }
    }

    void behaviour(String name, String number) throws IOException, InterruptedException {
        call("PUT", "/behaviour", Json.write(Map.of(name, new JsonNumber(number))));
    }

    void grow(String id, int bytes) throws IOException, InterruptedException {
        call("POST", "/log", Json.write(Map.of("id", id, "bytes", bytes)));
    }

    int count(String name) throws IOException, InterruptedException {
        return Integer.parseInt(String.valueOf(call("GET", "/truth", "").get(name)));
    }

    /** How many requests of ours are alive when all that is cancelled has ended. */
    int left() throws IOException, InterruptedException {
        return Integer.parseInt(String.valueOf(call("GET", "/settled", "").get("ours")));
    }

    @Override
    public void close() throws IOException, InterruptedException {
        client.close();
        process.getOutputStream().close();
        process.waitFor();
    }
}
