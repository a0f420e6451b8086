package dev.atex.executor.fmf.test;

import dev.atex.executor.fmf.metadata.Metadata;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A test as its metadata describe it. Immutable; changed ones are made by {@link #withName} and {@link #with}.
 *
 * @param name {@code "/unit/syscalls"}; one that is listed twice is {@code "/unit/syscalls#2"} then
 * @param writtenName what it is told as {@code TMT_TEST_NAME}: its name in the metadata
 * @param directory where it runs, relative to the root of {@code FmfTests}; empty for the root itself
 * @param data its metadata, in order; the values are those of {@link dev.atex.fmf}
 * @param mistake what is wrong in the metadata, so that it cannot be run; the usual values stand for what cannot be read
 */
public record FmfTest(
        String name,
        String writtenName,
        String directory,
        Map<String, @Nullable Object> data,
        Optional<String> mistake) {
    /** For tests that name none. */
    public static final Duration DEFAULT_DURATION = Duration.ofMinutes(5);

    /** Copies its arguments. */
    public FmfTest {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    /**
     * A test that can be run.
     *
     * @throws IllegalArgumentException a value is not what its key needs; the message names test and key
     */
    public FmfTest(String name, String directory, Map<String, @Nullable Object> data) {
        this(name, name, directory, data, Optional.empty());
        check();
    }

    private void check() {
        Optional<TestKeys.Mistake> found = TestKeys.mistake(data);
        if (found.isPresent()) {
            throw new IllegalArgumentException(
                    "test '" + name + "': " + found.get().text());
        }
    }

    /** The same under another name. */
    public FmfTest withName(String newName) {
        return new FmfTest(newName, newName, directory, data, mistake);
    }

    /** The same with this value for a key; null removes it. */
    public FmfTest with(String key, @Nullable Object value) {
        Map<String, @Nullable Object> changed = new LinkedHashMap<>(data);
        if (value == null) {
            changed.remove(key);
        } else {
            changed.put(key, value);
        }
        FmfTest made = new FmfTest(name, writtenName, directory, changed, mistake);
        if (mistake.isEmpty()) {
            made.check();
        }
        return made;
    }

    /** The script, run with bash. */
    public String script() {
        return data.get("test") instanceof String script ? script : "";
    }

    /** How long it may take; {@link #DEFAULT_DURATION} when the metadata do not say. */
    public Duration duration() {
        return read(() -> TestKeys.duration(data.get("duration")), DEFAULT_DURATION);
    }

    /** Its variables. */
    public Map<String, String> environment() {
        return read(() -> Metadata.environment(data.get("environment")), Map.of());
    }

    /** Whether it runs on a pseudo-terminal. */
    public boolean tty() {
        return read(() -> Metadata.flag("tty", data.get("tty"), false), false);
    }

    /** Its tags. */
    public List<String> tags() {
        return read(() -> Metadata.strings("tag", data.get("tag")), List.of());
    }

    /** Packages that it cannot do without. */
    public List<String> requires() {
        return packages("require");
    }

    /** Packages that it can do without, those of its checks included: what a machine cannot check is skipped. */
    public List<String> recommends() {
        List<String> packages = new ArrayList<>(packages("recommend"));
        checks().stream()
                .flatMap(check -> check.packages().stream())
                .filter(name -> !packages.contains(name))
                .forEach(packages::add);
        return packages;
    }

    /** The key {@code framework}: {@code shell} when absent. */
    public String framework() {
        return data.get("framework") instanceof String framework ? framework : "shell";
    }

    /** How its outcome is read. */
    public ResultRule result() {
        return ResultRule.of(data);
    }

    /** What is looked at before and after it; nothing if that cannot be read, which {@link #checkForRun} tells. */
    public List<Check> checks() {
        try {
            return Check.of(data);
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /** When it is started again. */
    public Restarts restarts() {
        return Restarts.of(data);
    }

    /**
     * Whether it can be run as its metadata want it.
     *
     * @throws IllegalArgumentException a value is not what its key needs
     */
    public void checkForRun() {
        if (mistake.isPresent()) {
            throw new IllegalArgumentException(mistake.get());
        }
        ResultRule.of(data);
        Check.of(data);
        Restarts.of(data);
    }

    /** The key {@code extra-priority}: higher runs earlier; 0 when absent. */
    public double extraPriority() {
        return data.get("extra-priority") instanceof Number number ? number.doubleValue() : 0;
    }

    private List<String> packages(String key) {
        List<String> packages = new ArrayList<>();
        for (Object item : Metadata.items(data.get(key))) {
            if (item instanceof String name) {
                packages.add(name);
            }
        }
        return packages;
    }

    /** A value; of a test that has mistakes the usual one, if it is this that is wrong. */
    private <T> T read(Supplier<T> reading, T usual) {
        try {
            return reading.get();
        } catch (IllegalArgumentException e) {
            if (mistake.isEmpty()) {
                throw e;
            }
            return usual;
        }
    }
}
