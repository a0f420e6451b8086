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
 * A request as the service told of it: anything but its id and state may be missing or null there. Immutable.
 *
 * @param id its id
 * @param state {@code new queued running}, or another
 * @param json all of it
 */
public record FarmRequest(String id, String state, Map<String, @Nullable Object> json) {
    /** States in which it can have a machine, or can still get one, in the order in which they come. */
    public static final List<String> ALIVE = List.of("new", "queued", "running");

    /** Reads it. */
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

    /** Whether it can have a machine, or can still get one. */
    public boolean isAlive() {
        return ALIVE.contains(state);
    }

    /** Whether somebody wants it cancelled, and the service has not said that it is. Not alive any more. */
    public boolean isBeingCancelled() {
        return state.equals("cancel-requested");
    }

    /** Whether it runs. */
    public boolean isRunning() {
        return state.equals("running");
    }

    /** Where its files are, once that is known. */
    public Optional<String> artifacts() {
        return filled("run", "artifacts");
    }

    /** What the service says about its end; empty before that. */
    public Optional<String> summary() {
        return filled("result", "summary");
    }

    /** How it ended: {@code passed}, {@code failed}, {@code error}, {@code skipped} or another word; empty before that. */
    public Optional<String> overall() {
        return filled("result", "overall");
    }

    /** Where its results are in the format of JUnit. */
    public Optional<String> xunitUrl() {
        return filled("result", "xunit_url");
    }

    /** What the service has noted about it, each with its level, as in {@code info: dispatched}. */
    public List<String> notes() {
        return Fields.at(json, "notes").orElse(null) instanceof List<?> notes
                ? notes.stream().flatMap(note -> note(note).stream()).toList()
                : List.of();
    }

    /** {@code {"level": "info", "message": "..."}} or {@code {"info": "..."}}. */
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

    /** When it was submitted, by the clock of the service. */
    public Optional<Instant> created() {
        return Fields.time(json, "created");
    }

    /** When something about it changed last, by the clock of the service. */
    public Optional<Instant> updated() {
        return Fields.time(json, "updated");
    }

    /** How long it waited before it ran; empty as long as it waits. */
    public Optional<Duration> queuedTime() {
        return Fields.seconds(json, "queued_time");
    }

    /** How long it ran; empty before its end. */
    public Optional<Duration> runTime() {
        return Fields.seconds(json, "run_time");
    }

    /** The page that whoever submitted it has for it. */
    public Optional<String> userWebpage() {
        return filled("user", "webpage");
    }

    /** Which user's it is: an id. */
    public Optional<String> userId() {
        return filled("user_id");
    }

    /** Which token it was submitted with: an id. */
    public Optional<String> tokenId() {
        return filled("token_id");
    }

    /** Which operating system was asked for first. */
    public Optional<String> compose() {
        return filled("environments_requested", "0", "os", "compose");
    }

    /** Which architecture was asked for first. */
    public Optional<String> arch() {
        return filled("environments_requested", "0", "arch");
    }

    /** Which pool was asked for first; empty if the service chooses. */
    public Optional<String> pool() {
        return filled("environments_requested", "0", "pool");
    }

    /** After how many minutes the service ends its pipeline. */
    public Optional<Duration> timeout() {
        return Fields.number(json, "settings", "pipeline", "timeout")
                .map(minutes -> Duration.ofSeconds(Math.round(minutes * 60)));
    }

    private Optional<String> filled(String... path) {
        return Fields.text(json, path).filter(text -> !text.isEmpty());
    }

    /** A text of it, by the names that lead there. */
    public Optional<String> text(String... path) {
        return Fields.text(json, path);
    }

    /** A tag that it was submitted with. */
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
