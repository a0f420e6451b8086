package dev.atex.testingfarm.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request as the service told of it. Immutable.
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

    /** Whether it runs. */
    public boolean isRunning() {
        return state.equals("running");
    }

    /** Where its files are, once that is known. */
    public Optional<String> artifacts() {
        return Fields.text(json, "run", "artifacts").filter(text -> !text.isEmpty());
    }

    /** What the service says about its end. */
    public Optional<String> summary() {
        return Fields.text(json, "result", "summary")
                .or(() -> Fields.text(json, "notes", "0", "message"))
                .filter(text -> !text.isEmpty());
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
