package dev.atex.testingfarm.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as reported by the service: everything but id and state may be missing or null. Immutable.
 *
 * @param id its id
 * @param state {@code new}, {@code queued}, {@code running} or another
 * @param json the whole object
 */
public record FarmRequest(String id, String state, Map<String, @Nullable Object> json) {
    /** States in which it can have or get a machine, in their order. */
    public static final List<String> ALIVE = List.of("new", "queued", "running");

    /** Parses a request; empty if id or state is missing. */
    static Optional<FarmRequest> of(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> map)) {
            return Optional.empty();
        }
        Optional<String> id = Fields.text(map, "id");
        Optional<String> state = Fields.text(map, "state");
        if (id.isEmpty() || state.isEmpty()) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        map.forEach((key, value) -> copy.put(String.valueOf(key), value));
        return Optional.of(new FarmRequest(id.get(), state.get(), Collections.unmodifiableMap(copy)));
    }

    /** Returns whether it can have or get a machine. */
    public boolean isAlive() {
        return ALIVE.contains(state);
    }

    /** Returns whether a cancel was requested that the service has not completed. Not alive any more. */
    public boolean isBeingCancelled() {
        return state.equals("cancel-requested");
    }

    /** Returns whether it is running. */
    public boolean isRunning() {
        return state.equals("running");
    }

    /** Returns the URL of its files, once that is known. */
    public Optional<String> artifacts() {
        return filled("run", "artifacts");
    }

    /** Returns the summary of its result; empty before its end. */
    public Optional<String> summary() {
        return filled("result", "summary");
    }

    /** Returns its result: {@code passed}, {@code failed}, {@code error}, {@code skipped} or another; empty before its end. */
    public Optional<String> overall() {
        return filled("result", "overall");
    }

    /** Returns the URL of its JUnit results. */
    public Optional<String> xunitUrl() {
        return filled("result", "xunit_url");
    }

    /** Returns the notes of the service, each with its level, like {@code info: dispatched}. */
    public List<String> notes() {
        return Fields.at(json, "notes").orElse(null) instanceof List<?> notes
                ? notes.stream().flatMap(note -> note(note).stream()).toList()
                : List.of();
    }

    /** Parses {@code {"level": "info", "message": "..."}} or {@code {"info": "..."}}. */
    private static Optional<String> note(@Nullable Object note) {
        if (!(note instanceof Map<?, ?> map)) {
            return Fields.text(note);
        }
        Optional<String> message = Fields.text(map, "message");
        if (message.isPresent()) {
            return message.map(
                    text -> Fields.text(map, "level").map(level -> level + ": ").orElse("") + text);
        }
        return map.entrySet().stream()
                .flatMap(each -> Fields.text(each.getValue()).map(text -> each.getKey() + ": " + text).stream())
                .findFirst();
    }

    /** Returns when it was submitted, by the clock of the service. */
    public Optional<Instant> created() {
        return Fields.time(json, "created");
    }

    /** Returns when it changed last, by the clock of the service. */
    public Optional<Instant> updated() {
        return Fields.time(json, "updated");
    }

    /** Returns how long it was queued; empty while it is queued. */
    public Optional<Duration> queuedTime() {
        return Fields.seconds(json, "queued_time");
    }

    /** Returns how long it ran; empty before its end. */
    public Optional<Duration> runTime() {
        return Fields.seconds(json, "run_time");
    }

    /** Returns the web page that its user has set. */
    public Optional<String> userWebpage() {
        return filled("user", "webpage");
    }

    /** Returns the id of its user. */
    public Optional<String> userId() {
        return filled("user_id");
    }

    /** Returns the id of its token. */
    public Optional<String> tokenId() {
        return filled("token_id");
    }

    /** Returns the first requested compose. */
    public Optional<String> compose() {
        return filled("environments_requested", "0", "os", "compose");
    }

    /** Returns the first requested architecture. */
    public Optional<String> arch() {
        return filled("environments_requested", "0", "arch");
    }

    /** Returns the first requested pool; empty if the service chooses. */
    public Optional<String> pool() {
        return filled("environments_requested", "0", "pool");
    }

    /** Returns the timeout of its pipeline in minutes. */
    public Optional<Duration> timeout() {
        return Fields.number(json, "settings", "pipeline", "timeout")
                .map(minutes -> Duration.ofSeconds(Math.round(minutes * 60)));
    }

    private Optional<String> filled(String... path) {
        return Fields.text(json, path).filter(text -> !text.isEmpty());
    }

    /** Returns a text by its path. */
    public Optional<String> text(String... path) {
        return Fields.text(json, path);
    }

    /** Returns a tag of it. */
    public Optional<String> tag(String name) {
        Optional<Object> environments = Fields.at(json, "environments_requested");
        if (environments.isEmpty() || !(environments.get() instanceof List<?> list)) {
            return Optional.empty();
        }
        return list.stream()
                .flatMap(each -> Fields.text(each, "settings", "provisioning", "tags", name).stream())
                .findFirst();
    }
}
