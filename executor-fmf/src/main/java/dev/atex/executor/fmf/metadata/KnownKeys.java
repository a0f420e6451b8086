package dev.atex.executor.fmf.metadata;

import dev.atex.internal.text.Suggestion;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The keys that metadata can have, level by level. A key that is close to a known one is probably misspelt; any other is the
 * repository's own.
 */
public final class KnownKeys {
    /** The maximum number of wrong letters in a misspelled key. */
    private static final int TYPING_MISTAKES = 2;

    private static final Set<String> CORE = Set.of(
            "summary",
            "description",
            "contact",
            "author",
            "enabled",
            "order",
            "link",
            "id",
            "tag",
            "tier",
            "adjust",
            "title");

    public static final Set<String> TEST = with(
            CORE,
            "test",
            "framework",
            "component",
            "path",
            "manual",
            "tty",
            "require",
            "recommend",
            "environment",
            "duration",
            "result",
            "check",
            "restart-on-exit-code",
            "restart-max-count",
            "restart-with-reboot",
            "relevancy",
            "extra-priority",
            "story");

    public static final Set<String> PLAN = with(
            CORE,
            "discover",
            "provision",
            "prepare",
            "execute",
            "report",
            "finish",
            "cleanup",
            "login",
            "reboot",
            "plan",
            "environment",
            "environment-file",
            "context",
            "gate",
            "story");

    /** The keys of tests and plans: they inherit from the same nodes, so the keys of the others are no errors. */
    public static final Set<String> TEST_OR_PLAN = with(TEST, PLAN.toArray(String[]::new));

    /** The keys of a rule of {@code adjust}. */
    public static final Set<String> RULE = with(TEST_OR_PLAN, "when", "continue", "because");

    /** The keys of a library or of files that a test requires. */
    public static final Set<String> REQUIREMENT =
            Set.of("type", "url", "ref", "path", "name", "nick", "destination", "pattern");

    private static final Set<String> CHECK = Set.of("how", "name", "enabled", "result");

    private static final Map<String, Set<String>> CHECKS = Map.of(
            "avc",
            with(CHECK, "ignore-pattern", "delay-before-report", "test-method"),
            "dmesg",
            with(CHECK, "failure-pattern"),
            "journal",
            with(CHECK, "failure-pattern", "ignore-pattern", "dmesg", "unit", "identifier", "priority"),
            "coredump",
            with(CHECK, "ignore-pattern"),
            "watchdog",
            with(
                    CHECK,
                    "interval",
                    "ping",
                    "ssh-ping",
                    "ping-threshold",
                    "ssh-ping-threshold",
                    "ping-packets",
                    "reboot"));

    public static final Set<String> IMPORT = Set.of(
            "url",
            "ref",
            "path",
            "name",
            "scope",
            "importing",
            "inherit-environment",
            "inherit-context",
            "adjust-plans");

    private static final Set<String> COMMON =
            Set.of("how", "name", "order", "when", "where", "summary", "because", "note");

    private static final Set<String> REMOTE = with(
            COMMON,
            "url",
            "ref",
            "path",
            "repository",
            "revision",
            "url-content-type",
            "dist-git-source",
            "dist-git-type",
            "dist-git-download-only",
            "dist-git-install-builddeps",
            "dist-git-require",
            "dist-git-merge",
            "dist-git-init",
            "dist-git-remove-fmf-root",
            "dist-git-extract");

    private static final Map<String, Map<String, Set<String>>> STEPS = Map.of(
            "discover",
            Map.of(
                    "fmf",
                    with(
                            REMOTE,
                            "test",
                            "include",
                            "exclude",
                            "filter",
                            "link",
                            "adjust-tests",
                            "modified-only",
                            "modified-url",
                            "modified-ref",
                            "require-test",
                            "prune",
                            "fmf-id",
                            "sync-repo"),
                    "shell",
                    with(REMOTE, "tests", "keep-git-metadata")),
            "prepare",
            preparing(),
            "finish",
            preparing(),
            "execute",
            Map.of(
                    "tmt",
                    with(
                            COMMON,
                            "script",
                            "duration",
                            "exit-first",
                            "ignore-duration",
                            "restraint-compatible",
                            "interactive",
                            "isolate",
                            "no-progress-bar")));

    private KnownKeys() {}

    private static Map<String, Set<String>> preparing() {
        return Map.of(
                "shell", with(COMMON, "script", "url", "ref"),
                "install", with(COMMON, "package", "copr", "missing", "exclude", "directory", "check-first"),
                "feature", with(COMMON, "epel", "crb", "fips", "profile"),
                "ansible", with(COMMON, "playbook", "playbooks", "extra-args"));
    }

    /** The keys of a machine that a plan requests. */
    public static final Set<String> PROVISION = with(
            COMMON,
            "role",
            "environment",
            "hardware",
            "kickstart",
            "image",
            "pull",
            "user",
            "key",
            "guest",
            "port",
            "become",
            "password",
            "ssh-option",
            "soft-reboot",
            "hard-reboot",
            "expose-device",
            "memory",
            "disk",
            "arch",
            "connection",
            "ansible");

    private static Set<String> with(Set<String> some, String... others) {
        Set<String> all = new TreeSet<>(some);
        all.addAll(Set.of(others));
        return all;
    }

    /** Returns the supported values of {@code how} of a step. */
    public static Set<String> ways(String step) {
        return STEPS.getOrDefault(step, Map.of()).keySet();
    }

    /** Returns the keys of a phase; empty if they are unknown. */
    public static Set<String> ofPhase(String step, String how) {
        return STEPS.getOrDefault(step, Map.of()).getOrDefault(how, Set.of());
    }

    /** Returns the keys of a check; empty if it is unknown. */
    public static Set<String> ofCheck(@Nullable Object how) {
        return how instanceof String word ? CHECKS.getOrDefault(word, Set.of()) : Set.of();
    }

    /** Returns the known key that a key probably means; empty for one of the repository. */
    public static Optional<String> meant(String name, Set<String> known) {
        return name.startsWith("extra-") ? Optional.empty() : Suggestion.of(name, known, TYPING_MISTAKES);
    }

    /** Reports only unknown keys that are probably misspelt. */
    public static void misspelt(
            Map<String, @Nullable Object> data, Set<String> known, String what, Findings findings, Place place) {
        for (Map.Entry<String, @Nullable Object> entry : data.entrySet()) {
            String name = entry.getKey();
            if (!known.contains(name)) {
                meant(name, known)
                        .ifPresent(meant -> note(what, name, meant, findings, place.of(entry.getValue(), name)));
            }
        }
    }

    private static void note(String what, String name, String meant, Findings findings, Optional<String> place) {
        findings.note(
                "unknown-key", what + " has an unknown key '" + name + "' (did you mean '" + meant + "'?)", place);
    }

    /**
     * Reports unknown keys.
     *
     * @param what for messages: {@code "a test"}
     */
    public static void check(
            Map<?, ?> data,
            Set<String> known,
            String what,
            Findings findings,
            Function<String, Optional<String>> place) {
        for (Object key : data.keySet()) {
            if (!(key instanceof String name) || known.contains(name)) {
                continue;
            }
            Optional<String> meant = meant(name, known);
            if (meant.isPresent()) {
                note(what, name, meant.get(), findings, place.apply(name));
            } else if (findings.wantsHints()) {
                findings.hint("own-key", what + " has a key '" + name + "' that atex does not use", place.apply(name));
            }
        }
    }
}
