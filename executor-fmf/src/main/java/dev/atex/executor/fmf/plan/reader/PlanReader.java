package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.InnerKeys;
import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.Node;
import dev.atex.fmf.Places;
import dev.atex.fmf.Tree;
import dev.atex.fmf.Yaml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a plan. */
public final class PlanReader {
    private static final Set<String> WITHOUT_EFFECT = Set.of("display");

    /**
     * A plan and its sections.
     *
     * @param sections where its tests are, in order
     * @param off how many discover phases are not done
     * @param scope what it was read with
     */
    public record Read(FmfPlan plan, List<Section> sections, int off, PlanScope scope) {}

    /**
     * The inputs from outside of the plan.
     *
     * @param context of the command line
     * @param contexts of plans that import it, which win over its own
     * @param environment of the command line
     * @param environments of plans that import it
     * @param given the names of variables and dimensions that contain values of {@code environment}
     * @param urls reads its files of variables that are elsewhere
     */
    public record Outside(
            Context context,
            Map<String, List<String>> contexts,
            Map<String, String> environment,
            Map<String, String> environments,
            GivenNames given,
            UrlFiles urls) {
        public static Outside of(Context context, Map<String, String> environment, UrlFiles urls) {
            return new Outside(context, Map.of(), environment, Map.of(), new GivenNames(environment.keySet()), urls);
        }

        private Outside withoutUrls() {
            return new Outside(context, contexts, environment, environments, given, urls.unread());
        }
    }

    private final Findings findings;
    private final Outside outside;

    public PlanReader(Findings findings, Outside outside) {
        this.findings = findings;
        this.outside = outside;
    }

    /** Reads a plan that is not in a file. */
    public static FmfPlan ofValues(String name, Map<String, @Nullable Object> data) throws DiscoveryException {
        try {
            Node node = Tree.of(Map.of("x", "")).top();
            Origin origin = new Origin(node, Path.of(""), "", new Places());
            return new PlanReader(new Findings(false), Outside.of(Context.empty(), Map.of(), UrlFiles.NONE))
                    .plan(name, data, origin, true, Metadata.environment(data.get("environment")))
                    .plan();
        } catch (IllegalArgumentException e) {
            throw new DiscoveryException("plan '" + name + "': " + e.getMessage(), e);
        } catch (FmfException e) {
            throw DiscoveryException.of(e);
        }
    }

    /**
     * Reads a plan with what it discovers.
     *
     * @param name what it is called, which is another name than its own when it was imported
     */
    public Read read(String name, Node node, Origin origin, boolean trusted)
            throws DiscoveryException, InterruptedException {
        boolean reads = outside.urls().areRead() && node.data().get("environment-file") != null;
        return reads && isRefused(name, node, origin, trusted)
                ? new PlanReader(findings, outside.withoutUrls()).readOnce(name, node, origin, trusted)
                : readOnce(name, node, origin, trusted);
    }

    /** Returns whether the plan is refused without its URLs: no server is called for a plan that is not run. */
    private boolean isRefused(String name, Node node, Origin origin, boolean trusted) throws InterruptedException {
        Findings first = new Findings(false);
        try {
            Read _ = new PlanReader(first, outside.withoutUrls()).readOnce(name, node, origin, trusted);
        } catch (DiscoveryException e) {
            // It may be right with those variables; if not, it is told when they are there.
        }
        return !first.refused(outside.urls().allowed()).isEmpty();
    }

    private Read readOnce(String name, Node node, Origin origin, boolean trusted)
            throws DiscoveryException, InterruptedException {
        Map<String, @Nullable Object> data = node.data();
        checkEnabled(name, data, origin);
        tellOfKeys(data, origin);
        Map<String, String> variables =
                new PlanEnvironment(name, origin, trusted, outside, findings).variables(data, origin.root());
        Read read = plan(name, data, origin, trusted, variables);
        PlanScope scope = read.scope();
        List<Section> sections = new SectionReader(scope).read(data);
        int off = Metadata.items(data.get("discover")).size() - sections.size();
        Optional<PhaseData> scripts = execute(scope, data).filter(phase -> phase.get("script") != null);
        if (scripts.isPresent() && data.get("discover") != null) {
            throw scripts.get().mistake("script", "script: a plan must not have both 'discover' and a script");
        }
        if (scripts.isPresent()) {
            off = 0;
            sections = List.of(new SectionReader(scope).scripts(scripts.get()));
        } else if (data.get("discover") == null
                || Metadata.items(data.get("discover")).isEmpty()) {
            throw discoversNothing(scope, data);
        }
        report(scope, data);
        return new Read(read.plan(), sections, off, scope);
    }

    private static DiscoveryException discoversNothing(PlanScope scope, Map<String, @Nullable Object> data) {
        for (Map.Entry<String, @Nullable Object> entry : data.entrySet()) {
            String key = entry.getKey();
            Optional<String> meant = KnownKeys.TEST_OR_PLAN.contains(key)
                    ? Optional.empty()
                    : KnownKeys.meant(key, KnownKeys.TEST_OR_PLAN).filter(Set.of("discover", "execute")::contains);
            if (meant.isPresent()) {
                return scope.mistake(
                        "it discovers no tests: it has an unknown key '" + key + "' (did you mean '" + meant.get()
                                + "'?)",
                        entry.getValue(),
                        key);
            }
        }
        return scope.mistake("it discovers no tests: it needs 'discover', or 'execute' with a 'script'", null);
    }

    /** Reports unknown keys of a plan, except those of its steps. */
    public void tellOfKeys(Map<String, @Nullable Object> data, Origin origin) {
        KnownKeys.check(data, KnownKeys.TEST_OR_PLAN, "a plan", findings, key -> origin.place(data.get(key), key));
        InnerKeys.ofRules(data, findings, origin::place);
    }

    /** Refuses a disabled plan. */
    public void checkEnabled(String name, Map<String, @Nullable Object> data, Origin origin) throws DiscoveryException {
        Object enabled = data.getOrDefault("enabled", true);
        if (enabled instanceof String) {
            throw PlanScope.mistakeIn(
                    name, origin, Metadata.unexpected("enabled", "true or false", enabled), enabled, "enabled");
        }
        if (!Yaml.isTrue(enabled)) {
            findings.refuse(
                    "disabled",
                    "plan '" + name + "' is disabled " + shown(outside.context()),
                    origin.place(enabled, "enabled"));
        }
    }

    private static String shown(Context context) {
        Map<String, List<String>> dimensions = context.dimensions();
        List<String> texts = new ArrayList<>();
        dimensions.forEach((dimension, values) -> texts.add(dimension + "=" + String.join(",", values)));
        return texts.isEmpty() ? "in an empty context" : "in the context " + String.join(" ", texts);
    }

    private Read plan(
            String name, Map<String, @Nullable Object> data, Origin origin, boolean trusted, Map<String, String> raw)
            throws DiscoveryException {
        Map<String, String> known = new LinkedHashMap<>(raw);
        known.putAll(outside.environment());
        Context context = context(name, data, origin, new Expansion(known, outside.context()));
        Expansion expansion = new Expansion(known, context);
        Map<String, String> environment = new LinkedHashMap<>();
        try {
            raw.forEach((variable, value) -> environment.put(variable, expansion.variable(variable, value)));
        } catch (IllegalArgumentException e) {
            throw PlanScope.mistakeIn(name, origin, "environment: " + e.getMessage(), null, "environment");
        }
        GivenNames given = outside.given().withContext(data.get("context"));
        PlanScope alone = new PlanScope(name, origin, trusted, context, expansion, given, Set.of(), findings);
        Provision provision = Provision.read(alone, data);
        PlanScope scope =
                new PlanScope(name, origin, trusted, context, expansion, given, provision.namesAndRoles(), findings);
        PhaseReader phases = new PhaseReader(scope);
        FmfPlan plan = new FmfPlan(
                name,
                data,
                environment,
                phases.read(data, "prepare"),
                phases.read(data, "finish"),
                provision.machine(),
                provision.guests());
        return new Read(plan, List.of(), 0, scope);
    }

    /** Returns the context of the plan, with that from outside. */
    public Context context(String name, Map<String, @Nullable Object> data, Origin origin, Expansion expansion)
            throws DiscoveryException {
        Map<String, Object> dimensions = new LinkedHashMap<>();
        switch (data.get("context")) {
            case null -> {}
            case Map<?, ?> map -> {
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    List<String> values = new ArrayList<>();
                    for (Object value : Metadata.items(entry.getValue())) {
                        if (value instanceof Map || value instanceof List) {
                            throw wrongContext(name, origin, entry.getValue(), String.valueOf(entry.getKey()));
                        }
                        values.add(expansion.text(Metadata.scalar(value)));
                    }
                    dimensions.put(Metadata.scalar(entry.getKey()), values);
                }
            }
            case Object other -> throw wrongContext(name, origin, other, "");
        }
        if (dimensions.isEmpty() && outside.contexts().isEmpty()) {
            return outside.context();
        }
        dimensions.putAll(outside.contexts());
        dimensions.putAll(outside.context().dimensions());
        return Context.of(dimensions);
    }

    private static DiscoveryException wrongContext(String name, Origin origin, @Nullable Object value, String key) {
        String what = "context" + (key.isEmpty() ? "" : ": " + key);
        String expected = key.isEmpty() ? "a mapping" : "a string or a list of strings";
        String message = Metadata.unexpected(what, expected, value);
        return key.isEmpty()
                ? PlanScope.mistakeIn(name, origin, message, value, "context")
                : PlanScope.mistakeIn(name, origin, message, value, "context", key);
    }

    private static Optional<PhaseData> execute(PlanScope scope, Map<String, @Nullable Object> data)
            throws DiscoveryException {
        List<PhaseData> phases = scope.phases(data, "execute");
        if (phases.isEmpty()) {
            return Optional.empty();
        }
        if (phases.size() > 1) {
            throw phases.get(1).mistake("how", "only one phase is allowed");
        }
        PhaseData phase = phases.getFirst();
        int _ = phase.order(); // for its check
        if (phase.how("tmt").isEmpty()) {
            return Optional.empty();
        }
        phase.checkKeys("tmt");
        for (String key : List.of("exit-first", "ignore-duration", "restraint-compatible")) {
            phase.flag(key);
        }
        for (String key : List.of("interactive", "isolate", "no-progress-bar")) {
            if (phase.get(key) != null && !Boolean.FALSE.equals(phase.get(key))) {
                phase.note(key, key, "'" + key + "' of an execute phase is ignored");
            }
        }
        return Optional.of(phase);
    }

    private static void report(PlanScope scope, Map<String, @Nullable Object> data) throws DiscoveryException {
        for (PhaseData phase : scope.phases(data, "report")) {
            int _ = phase.order(); // for its check
            String how = phase.text("how").orElse("display");
            if (WITHOUT_EFFECT.contains(how)) {
                continue;
            }
            boolean ours = how.equals("html") || how.equals("junit");
            phase.note(
                    "report",
                    "how",
                    "the plan's report '" + how + "' is not created"
                            + (ours ? ": '--results " + how + "=FILE' creates one" : ""));
        }
    }
}
