package dev.atex.system.cloud;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the service can do, for callers. */
public final class CloudClient {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;

    public CloudClient(String url) {
        this.url = url;
    }

    /** How long after the end of a call to {@link #create} a machine may still appear: the call may have been on its way. */
    static final Duration LONGEST_CREATE = FakeCloud.LONGEST_CREATE.plusSeconds(1);

    /** The service has answered that it did not do it. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;

        RefusedException(String message) {
            super(message);
        }
    }

    public String create(String label) throws IOException, InterruptedException {
        HttpResponse<String> answer = call("POST", "/machines?label=" + encode(label));
        if (answer.statusCode() != 200) {
            throw new RefusedException("create: status " + answer.statusCode());
        }
        return answer.body();
    }

    /** Labels by id. */
    public Map<String, String> list() throws IOException, InterruptedException {
        return list("/machines");
    }

    /** With those that are still being made. */
    public Map<String, String> listAll() throws IOException, InterruptedException {
        return list("/all");
    }

    private Map<String, String> list(String path) throws IOException, InterruptedException {
        Map<String, String> machines = new LinkedHashMap<>();
        call("GET", path).body().lines().forEach(line -> {
            String[] parts = line.split(" ", 2);
            machines.put(parts[0], parts[1]);
        });
        return machines;
    }

    public void delete(String id) throws IOException, InterruptedException {
        int status = call("DELETE", "/machines/" + id).statusCode();
        if (status != 200 && status != 404) {
            throw new IOException("delete: status " + status);
        }
    }

    public void faults(String create, String delete) throws IOException, InterruptedException {
        call("PUT", "/faults?create=" + create + "&delete=" + delete);
    }

    /** Ends every machine with this label, however often that has to be tried, and returns when there is none. */
    public void deleteAll(String label, Deadline deadline) throws IOException, InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                boolean none = true;
                for (Map.Entry<String, String> machine : list().entrySet()) {
                    if (machine.getValue().equals(label)) {
                        none = false;
                        delete(machine.getKey());
                    }
                }
                if (none) {
                    return;
                }
            } catch (IOException e) {
                if (deadline.isExpired()) {
                    throw e;
                }
                Thread.sleep(deadline.orAfter(pause).remaining());
                pause = pause.multipliedBy(2);
            }
        }
    }

    private HttpResponse<String> call(String method, String path) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create(url + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
