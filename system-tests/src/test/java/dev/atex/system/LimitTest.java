package dev.atex.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits that end what would be waited for. */
class LimitTest {
    @TempDir
    private Path directory;

    @Test
    void idleLimitReleasesSpareMachine() throws Exception {
        Path log = directory.resolve("run/events.jsonl");
        Tree.in(directory)
                .test("quick", "true")
                .test("slow", "until grep -q '\"remote-released\"' " + log + "; do sleep 0.05; done; echo seen");
        Atex.in(directory)
                .call("run", "--provision", "local,max=2", "--spares", "1", "--limit", "idle=1s", "--output", "run")
                .expect(0);
        List<Map<?, ?>> events = Files.readAllLines(log).stream()
                .<Map<?, ?>>map(line -> {
                    try {
                        return (Map<?, ?>) Json.parse(line);
                    } catch (JsonException e) {
                        throw new AssertionError(line, e);
                    }
                })
                .toList();
        List<Object> expired = events.stream()
                .filter(event -> "deadline-expired".equals(event.get("event")))
                .<Object>map(event -> event.get("limit"))
                .toList();
        assertThat(expired).containsExactly("idle");
    }
}
