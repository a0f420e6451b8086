package dev.atex.system.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The service. {@code POST /machines?label=L} makes one and answers its id, {@code GET /machines} lists {@code id label}
 * lines, {@code DELETE /machines/ID} ends one (404: there is none). {@code PUT /faults?create=K&delete=K} says how the next
 * creates and deletes go, a letter each, and fine after that: {@code o}k, {@code e}rror (500, nothing done), {@code s}low,
 * {@code l}ost (done, no answer), late (a digit: no answer, and done when it has been listed so often, but at
 * most {@link #LONGEST_CREATE} later). {@code GET /all} lists also what is still to come true.
 */
public final class FakeCloud {
    /** How long a create may take that is done late. */
    public static final Duration LONGEST_CREATE = Duration.ofMillis(200);

    private static final long SLOW_MILLIS = 300;

    private final Map<String, String> machines = new TreeMap<>();
    private final List<Pending> pending = new ArrayList<>();
    private final AtomicInteger made = new AtomicInteger();
    private String create = "";
    private String delete = "";

    private FakeCloud() {}

    /** A create that is done late. */
    private static final class Pending {
        final String label;
        final long due = System.nanoTime() + LONGEST_CREATE.toNanos();
        int looks;

        Pending(String label, int looks) {
            this.label = label;
            this.looks = looks;
        }
    }

    /** Prints its URL, and ends at the end of standard input. */
    public static void main(String[] args) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        FakeCloud cloud = new FakeCloud();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", cloud::answer);
        server.start();
        System.out.println("http://127.0.0.1:" + server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // until the end
        }
        server.stop(0);
        System.exit(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try {
            String path = exchange.getRequestURI().getPath();
            switch (exchange.getRequestMethod()) {
                case "GET" -> send(exchange, 200, list(path.equals("/all")));
                case "PUT" -> {
                    faults(parameter(exchange, "create"), parameter(exchange, "delete"));
                    send(exchange, 200, "");
                }
                case "POST" -> {
                    char how = next(true);
                    if (how == 'e') {
                        send(exchange, 500, "no");
                        return;
                    }
                    if (Character.isDigit(how)) {
                        makeLate(parameter(exchange, "label"), how - '0');
                        return; // closed without an answer
                    }
                    String id = make(parameter(exchange, "label"));
                    finish(exchange, how, 200, id);
                }
                case "DELETE" -> {
                    char how = next(false);
                    if (how == 'e') {
                        send(exchange, 500, "no");
                        return;
                    }
                    boolean there = remove(path.substring(path.lastIndexOf('/') + 1));
                    finish(exchange, how, there ? 200 : 404, "");
                }
                default -> send(exchange, 405, "");
            }
        } finally {
            exchange.close();
        }
    }

    private static void finish(HttpExchange exchange, char how, int status, String body) throws IOException {
        if (how == 'l') {
            return; // closed without an answer
        }
        if (how == 's') {
            try {
                Thread.sleep(SLOW_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        send(exchange, status, body);
    }

    private synchronized void faults(String forCreate, String forDelete) {
        create = forCreate;
        delete = forDelete;
    }

    private synchronized char next(boolean creating) {
        String all = creating ? create : delete;
        if (all.isEmpty()) {
            return 'o';
        }
        if (creating) {
            create = all.substring(1);
        } else {
            delete = all.substring(1);
        }
        return all.charAt(0);
    }

    private synchronized String make(String label) {
        String id = "m" + made.incrementAndGet();
        machines.put(id, label);
        return id;
    }

    private synchronized boolean remove(String id) {
        return machines.remove(id) != null;
    }

    private synchronized void makeLate(String label, int looks) {
        pending.add(new Pending(label, looks));
    }

    /** Due is what was asked for long enough ago, by the clock of whoever looks: no timer that may be late. */
    private synchronized String list(boolean all) {
        long now = System.nanoTime();
        comeTrue(each -> all || now - each.due >= 0);
        String answer = machines.entrySet().stream()
                .map(machine -> machine.getKey() + " " + machine.getValue() + "\n")
                .collect(Collectors.joining());
        pending.forEach(each -> each.looks--);
        comeTrue(each -> each.looks <= 0);
        return answer;
    }

    private void comeTrue(Predicate<Pending> which) {
        pending.stream().filter(which).forEach(each -> make(each.label));
        pending.removeIf(which);
    }

    private static String parameter(HttpExchange exchange, String name) {
        String query = exchange.getRequestURI().getRawQuery();
        for (String pair : query == null ? new String[0] : query.split("&")) {
            if (pair.startsWith(name + "=")) {
                return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
            }
        }
        return "";
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}
