package dev.atex.cli.state;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.lease.ledger.StateDirectory;
import dev.atex.provisioner.MachineProgress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long machines were waited for in this user's runs on this host, the last some thousand: a file of JSON lines in the state
 * directory. It is a help for people: a line that cannot be read is passed over, one that is lost is no loss.
 */
public final class WaitMemory {
    private static final String FILE = "waits.jsonl";
    private static final long LARGEST = 256 << 10;
    /** The fewest times from which a range is calculated. */
    private static final int LEAST = 3;

    private final Map<Kind, Percentiles> queues = new HashMap<>();
    private final Map<Kind, Percentiles> boots = new HashMap<>();

    private WaitMemory() {}

    /** The properties of machines that take about as long. */
    public record Kind(String compose, String arch) implements Comparable<Kind> {
        /** Returns the kind of a requested machine; empty if its facts do not say it. */
        static Optional<Kind> of(Map<String, String> facts) {
            @Nullable String compose = facts.get("compose");
            @Nullable String arch = facts.get("arch");
            return compose == null || arch == null ? Optional.empty() : Optional.of(new Kind(compose, arch));
        }

        @Override
        public int compareTo(Kind other) {
            int order = compose.compareTo(other.compose);
            return order != 0 ? order : arch.compareTo(other.arch);
        }
    }

    /** Reads the memory; it is empty if the file cannot be read. */
    public static WaitMemory read(StateDirectory state) {
        WaitMemory memory = new WaitMemory();
        Path file = state.path().resolve(FILE);
        if (Files.isRegularFile(file)) {
            try (var lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                lines.forEach(memory::take);
            } catch (IOException | UncheckedIOException e) {
                return memory;
            }
        }
        return memory;
    }

    private void take(String line) {
        try {
            if (Json.parse(line.getBytes(StandardCharsets.ISO_8859_1)) instanceof Map<?, ?> map
                    && map.get("compose") instanceof String compose
                    && map.get("arch") instanceof String arch) {
                Kind kind = new Kind(compose, arch);
                seconds(map, "queue").ifPresent(time -> add(queues, kind, time));
                seconds(map, "boot").ifPresent(time -> add(boots, kind, time));
            }
        } catch (JsonException e) {
            return; // torn, or not ours
        }
    }

    private static Optional<Duration> seconds(Map<?, ?> map, String name) {
        String text = String.valueOf(map.get(name));
        return text.matches("[0-9]{1,9}") ? Optional.of(Duration.ofSeconds(Long.parseLong(text))) : Optional.empty();
    }

    private static void add(Map<Kind, Percentiles> to, Kind kind, Duration time) {
        to.computeIfAbsent(kind, _ -> new Percentiles()).add(time);
    }

    /** Returns how long machines took from allocation until login was possible. */
    public Percentiles boots(Kind kind) {
        return boots.getOrDefault(kind, new Percentiles());
    }

    /** Returns how long a machine usually is in its state: {@code 4-9 min}; empty if unknown. */
    public String usually(Map<String, String> facts) {
        Optional<Kind> kind = Kind.of(facts);
        if (kind.isEmpty()) {
            return "";
        }
        Percentiles times = WaitListener.isGiven(facts.getOrDefault(MachineProgress.STATE, ""))
                ? boots(kind.get())
                : queues.getOrDefault(kind.get(), new Percentiles());
        return times.count() < LEAST ? "" : span(times.share(0.1), times.share(0.9));
    }

    static String span(Duration from, Duration to) {
        if (to.toSeconds() < 120) {
            return span(from.toSeconds(), to.toSeconds()) + " s";
        }
        return span(Math.round(from.toSeconds() / 60.0), Math.round(to.toSeconds() / 60.0)) + " min";
    }

    private static String span(long from, long to) {
        return from == to ? "about " + to : from + "-" + to;
    }

    /** Appends one wait. */
    static void add(StateDirectory state, Kind kind, Duration queue, Duration boot) throws IOException {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("compose", kind.compose());
        object.put("arch", kind.arch());
        object.put("queue", queue.toSeconds());
        object.put("boot", boot.toSeconds());
        Path file = state.path().resolve(FILE);
        if (Files.isRegularFile(file) && Files.size(file) > LARGEST) {
            forgetHalf(file);
        }
        Files.write(
                file,
                (Json.write(object) + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    private static void forgetHalf(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
        Path draft = Files.createTempFile(file.getParent(), FILE, ".new");
        Files.write(draft, lines.subList(lines.size() / 2, lines.size()), StandardCharsets.ISO_8859_1);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
