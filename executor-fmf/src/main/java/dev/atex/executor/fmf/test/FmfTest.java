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
 * A test with its metadata. Immutable; {@link #withName} and {@link #with} return changed copies.
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
    /** The time limit of tests without one. */
    public static final Duration DEFAULT_DURATION = Duration.ofMinutes(5);

    /** Copies its arguments. */
    public FmfTest {
        data = Collections.unmodifiableMap(new LinkedHashMap<>(data));
    }

    /**
     * Creates a test that can be run.
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

    /** Returns the same test with another name. */
    public FmfTest withName(String newName) {
        return new FmfTest(newName, newName, directory, data, mistake);
    }

    /** Returns the same test with this value of a key; null removes it. */
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

    /** Returns the script, run with bash. */
    public String script() {
        return data.get("test") instanceof String script ? script : "";
    }

    /** Returns its time limit; {@link #DEFAULT_DURATION} if the metadata have none. */
    public Duration duration() {
        return read(() -> TestKeys.duration(data.get("duration")), DEFAULT_DURATION);
    }

    /** Returns its variables. */
    public Map<String, String> environment() {
        return read(() -> Metadata.environment(data.get("environment")), Map.of());
    }

    /** Returns whether it runs on a pseudo-terminal. */
    public boolean tty() {
        return read(() -> Metadata.flag("tty", data.get("tty"), false), false);
    }

    /** Returns its tags. */
    public List<String> tags() {
        return read(() -> Metadata.strings("tag", data.get("tag")), List.of());
    }

    /** Returns the packages that it requires. */
    public List<String> requires() {
        return packages("require");
    }

    /** Returns the packages that it recommends, those of its checks included: a check without its package is skipped. */
    public List<String> recommends() {
        List<String> packages = new ArrayList<>(packages("recommend"));
        checks().stream()
                .flatMap(check -> check.packages().stream())
                .filter(name -> !packages.contains(name))
                .forEach(packages::add);
        return packages;
    }

    /** Returns the key {@code framework}; {@code shell} if absent. */
    public String framework() {
        return data.get("framework") instanceof String framework ? framework : "shell";
    }

    /** Returns the rule for its outcome. */
    public ResultRule result() {
        return ResultRule.of(data);
    }

    /** Returns its checks; none if they are malformed, which {@link #checkForRun} reports. */
    public List<Check> checks() {
        try {
            return Check.of(data);
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /** Returns when it is restarted. */
    public Restarts restarts() {
        return Restarts.of(data);
    }

    /**
     * Checks that it can be run as its metadata require.
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

    /** Returns the key {@code extra-priority}: higher runs earlier; 0 if absent. */
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
