package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.InnerKeys;
import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.metadata.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A phase of a plan's step as it is written. Its texts are expanded when they are read; mistakes are told with their place. */
public final class PhaseData {
    private static final int USUAL_ORDER = 50;

    private final PlanScope scope;
    private final String step;
    private final int index;
    private final Map<?, ?> data;
    private final Optional<String> name;

    public PhaseData(PlanScope scope, String step, int index, Map<?, ?> data) throws DiscoveryException {
        this.scope = scope;
        this.step = step;
        this.index = index;
        this.data = data;
        this.name = text("name");
    }

    public PlanScope scope() {
        return scope;
    }

    public int index() {
        return index;
    }

    /** {@code "default-0"} if it is given none. */
    public String name() {
        return name.orElse("default-" + index);
    }

    public boolean isNamed() {
        return name.isPresent();
    }

    public boolean has(String key) {
        return data.containsKey(key);
    }

    @Nullable
    public Object get(String key) {
        return data.get(key);
    }

    public int order() throws DiscoveryException {
        return read("order", value -> Metadata.integer("order", value, USUAL_ORDER));
    }

    public Optional<String> text(String key) throws DiscoveryException {
        return read(key, value -> Metadata.text(key, value).map(scope.expansion()::text));
    }

    /** Returns a part of an address: a plan from another repository must not put values of the command line into it. */
    public Optional<String> address(String key) throws DiscoveryException {
        return read(
                key,
                value -> Metadata.text(key, value).map(text -> {
                    try {
                        return scope.address(text);
                    } catch (IllegalArgumentException e) {
                        throw new IllegalArgumentException(key + ": " + e.getMessage(), e);
                    }
                }));
    }

    /** Returns a text, or a number as text. */
    public Optional<String> scalar(String key) throws DiscoveryException {
        return read(key, value -> {
            if (value instanceof Map || value instanceof List) {
                throw Metadata.wrong(key, "a string", value);
            }
            return Optional.ofNullable(value).map(Metadata::scalar).map(scope.expansion()::text);
        });
    }

    public List<String> strings(String key) throws DiscoveryException {
        return read(
                key,
                value -> Metadata.strings(key, value).stream()
                        .map(scope.expansion()::text)
                        .toList());
    }

    public List<String> scripts(String key) throws DiscoveryException {
        return read(
                key,
                value -> Metadata.strings(key, value).stream()
                        .map(scope.expansion()::script)
                        .toList());
    }

    public boolean flag(String key) throws DiscoveryException {
        return read(key, value -> Metadata.flag(key, value, false));
    }

    /** Reads a value; errors name the plan and the place. */
    public <T> T read(String key, Function<@Nullable Object, T> reading) throws DiscoveryException {
        try {
            return reading.apply(data.get(key));
        } catch (IllegalArgumentException e) {
            throw mistake(key, String.valueOf(e.getMessage()));
        }
    }

    /** Returns an error in the value of a key. */
    public DiscoveryException mistake(String key, String message) {
        return scope.mistake(step + ": " + message, data.get(key), step, index, key);
    }

    /** Returns the place of a key, or else that of the phase. */
    public Optional<String> place(String key) {
        return data.containsKey(key) ? scope.place(data.get(key), step, index, key) : scope.place(data, step, index);
    }

    /** Returns the path in the plan of something below the phase. */
    public Object[] path(Object... below) {
        List<Object> path = new ArrayList<>(List.of(step, index));
        path.addAll(List.of(below));
        return path.toArray();
    }

    /** {@code "a prepare phase"}. */
    public String described() {
        return (step.equals("execute") ? "an " : "a ") + step + " phase";
    }

    public void note(String kind, String key, String text) {
        scope.findings().note(kind, text, place(key));
    }

    public void refuse(String kind, String key, String text) {
        scope.findings().refuse(kind, text, place(key));
    }

    /**
     * Returns the value of {@code how}; empty, with a refusal, if it is not supported.
     *
     * @param otherwise the value if the phase has none
     */
    public Optional<String> how(String otherwise) throws DiscoveryException {
        String how = text("how").orElse(otherwise);
        Set<String> known = KnownKeys.ways(step);
        if (!known.contains(how)) {
            refuse(
                    "how",
                    "how",
                    described() + " with 'how: " + how + "' is not supported; supported: "
                            + String.join(", ", known.stream().sorted().toList()));
            return Optional.empty();
        }
        return Optional.of(how);
    }

    /** Reports keys that a phase of this kind does not have. */
    public void checkKeys(String how) {
        Set<String> known = KnownKeys.ofPhase(step, how);
        if (!known.isEmpty()) {
            KnownKeys.check(data, known, described(), scope.findings(), this::place);
        }
    }

    /** Reports unknown keys. */
    public void checkKeys(Set<String> known) {
        KnownKeys.check(data, known, described(), scope.findings(), this::place);
    }

    /** Returns whether it is run: {@code when} and {@code where} hold. Notes it if not. */
    public boolean isActive() throws DiscoveryException {
        if (data.containsKey("when") && !scope.holds(this, data.get("when"))) {
            note("off", "when", described() + " is off: its 'when' does not hold in this context");
            return false;
        }
        List<String> where = strings("where");
        if (!where.isEmpty() && where.stream().noneMatch(scope.guests()::contains)) {
            note("off", "where", described() + " is off: its 'where' names other machines");
            return false;
        }
        return true;
    }

    /** Returns the mappings of a list, or a single mapping. */
    public List<Map<?, ?>> mappings(String key) throws DiscoveryException {
        List<Map<?, ?>> mappings = new ArrayList<>();
        for (Object item : Metadata.items(data.get(key))) {
            if (!(item instanceof Map<?, ?> map)) {
                throw mistake(key, Metadata.unexpected(key, "a mapping or a list of mappings", item));
            }
            mappings.add(map);
        }
        return mappings;
    }

    /** Reports unknown keys of adjust rules that the phase has for tests. */
    public void checkRules(String key, String what) {
        InnerKeys.rules(
                data.get(key), what, Map.of(), scope.findings(), (value, path) -> scope.place(value, path(path)), key);
    }
}
