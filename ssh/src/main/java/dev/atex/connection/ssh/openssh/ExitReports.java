package dev.atex.connection.ssh.openssh;

import dev.atex.connection.Exit;
import java.io.BufferedReader;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How commands over one control master end. The {@code ssh} program tells that neither before the streams of a command are
 * closed nor without doubt: it ends with 255 when something fails, and also when the command does. So each command reports
 * its exit code to a named pipe there, which a command of ours reads. Thread-safe.
 */
final class ExitReports {
    /**
     * Prints the name of the pipe, and then what is written to it, and each line of its standard input, until that ends or
     * one of its processes does.
     */
    static final String READER = """
            umask 077
            d=$(mktemp -d /tmp/.atex-XXXXXXXXXX) && mkfifo "$d/exits" && exec 3<>"$d/exits" || exit
            echo "$d/exits"
            exec 4<&0
            cat <&3 & reader=$!
            (while read -r line; do echo "$line"; done <&4; kill "$reader") & echo=$!
            wait "$reader"
            kill "$echo" 2>/dev/null
            rm -rf "$d"
            """;

    private final Map<Long, CompletableFuture<Exit>> expected = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Void>> echoes = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    /** A line that runs another one and reports its end; a death by a signal as 128 and its number. */
    static String reporting(String line, long id, String pipe) {
        return "(" + line + "); c=$?; [ ! -p " + pipe + " ] || echo " + id + " $c 1<>" + pipe + "; exit $c";
    }

    CompletableFuture<Exit> expect(long id) {
        CompletableFuture<Exit> exit = new CompletableFuture<>();
        expected.put(id, exit);
        CompletableFuture<Void> _ = exit.thenRun(() -> expected.remove(id));
        return exit;
    }

    /** What is complete when a line that is written to the reader of reports has come back; a line of one word. */
    CompletableFuture<Void> expectEcho(String line) {
        return echoes.computeIfAbsent(line, _ -> new CompletableFuture<>());
    }

    /** Whether there will be none any more. */
    boolean areOver() {
        return over.isDone();
    }

    /** Waits for one of these until it comes, or there will be none any more. */
    void await(CompletableFuture<?> report, Duration patience) throws InterruptedException {
        try {
            Object _ = CompletableFuture.anyOf(report, over).get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: a report that failed", e);
        } catch (TimeoutException e) {
            return; // whoever waits sees that it has not come
        }
    }

    /** Reads reports to their end. */
    Void read(BufferedReader lines) throws IOException {
        try {
            return readAll(lines);
        } finally {
            boolean _ = over.complete(null);
        }
    }

    private Void readAll(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            CompletableFuture<Void> echo = echoes.remove(line);
            if (echo != null) {
                echo.complete(null);
            }
            String[] words = line.split(" ");
            if (words.length == 2 && words[0].matches("[0-9]{1,18}") && words[1].matches("[0-9]{1,3}")) {
                CompletableFuture<Exit> exit = expected.get(Long.parseLong(words[0]));
                if (exit != null) {
                    exit.complete(new Exit.Code(Integer.parseInt(words[1])));
                }
            }
        }
        return null;
    }
}
