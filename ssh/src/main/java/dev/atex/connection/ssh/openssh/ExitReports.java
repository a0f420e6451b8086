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
 * Receives the exit codes of commands over one control master. The {@code ssh} program exits only after the streams of a command
 * are closed, and its exit code 255 is ambiguous. So each command writes its exit code to a named pipe on the host, which a
 * command of ours reads. Thread-safe.
 */
final class ExitReports {
    /**
     * Creates the pipe and prints its name; then prints every line that is written to the pipe or to standard input, until
     * standard input ends.
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

    /** Returns a line that runs another one and reports its exit code; 128 + n for signal n. */
    static String reporting(String line, long id, String pipe) {
        return "(" + line + "); c=$?; [ ! -p " + pipe + " ] || echo " + id + " $c 1<>" + pipe + "; exit $c";
    }

    CompletableFuture<Exit> expect(long id) {
        CompletableFuture<Exit> exit = new CompletableFuture<>();
        expected.put(id, exit);
        CompletableFuture<Void> _ = exit.thenRun(() -> expected.remove(id));
        return exit;
    }

    /** Returns a future that completes when this line of one word, written to the reader, has come back. */
    CompletableFuture<Void> expectEcho(String line) {
        return echoes.computeIfAbsent(line, _ -> new CompletableFuture<>());
    }

    /** Returns true if no more reports will come. */
    boolean areOver() {
        return over.isDone();
    }

    /** Waits until a report has come or no more will come. */
    void await(CompletableFuture<?> report, Duration patience) throws InterruptedException {
        try {
            Object _ = CompletableFuture.anyOf(report, over).get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("bug: waiting for a report failed", e);
        } catch (TimeoutException e) {
            return; // the caller sees that the report is missing
        }
    }

    /** Reads reports until the stream ends. */
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
