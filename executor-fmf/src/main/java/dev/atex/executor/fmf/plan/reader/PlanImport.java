package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.InnerKeys;
import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.executor.fmf.trees.Libraries;
import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.NamePattern;
import dev.atex.fmf.Node;
import dev.atex.fmf.Places;
import dev.atex.fmf.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Follows {@code plan: import} to plans of other repositories. */
public final class PlanImport {
    /** The maximum number of imports: imported plans may import others. */
    private static final int MAX_STEPS = 5;

    private static final List<String> STEPS =
            List.of("discover", "provision", "prepare", "execute", "report", "finish", "cleanup");

    private final FetchedTrees fetched;
    private final Findings findings;
    private final UrlFiles urls;
    private final Places places;
    private final Map<String, List<String>> contexts = new LinkedHashMap<>();
    private final Map<String, String> environments = new LinkedHashMap<>();
    private GivenNames given = new GivenNames(Set.of());

    public PlanImport(FetchedTrees fetched, Findings findings, Places places, UrlFiles urls) {
        this.urls = urls;
        this.fetched = fetched;
        this.findings = findings;
        this.places = places;
    }

    /** The last plan of a chain of imports, and its tree. */
    public record Found(PlanTree tree, Node node, PlanReader.Outside outside) {}

    /** Returns the plan that a plan imports, over all steps; a plan that imports nothing is returned itself. */
    public Found follow(PlanTree tree, Node node, Context context, Map<String, String> environment)
            throws DiscoveryException, FmfException, InterruptedException {
        Found at = new Found(tree, node, PlanReader.Outside.of(context, environment, urls));
        given = at.outside.given();
        for (int step = 0; at.node.get("plan") != null; step++) {
            if (step == MAX_STEPS) {
                throw new DiscoveryException("plan '" + node.name() + "': import: plans import each other more than "
                        + MAX_STEPS + " times");
            }
            at = next(at);
        }
        return at;
    }

    private Found next(Found from) throws DiscoveryException, FmfException, InterruptedException {
        Map<String, @Nullable Object> data = from.node.data();
        Origin origin = from.tree.origin(from.node, places);
        String name = from.node.name();
        PlanReader reader = new PlanReader(findings, from.outside);
        reader.checkEnabled(name, data, origin);
        reader.tellOfKeys(data, origin);
        if (!(data.get("plan") instanceof Map<?, ?> map) || !(map.get("import") instanceof Map<?, ?> wanted)) {
            throw PlanScope.mistakeIn(
                    name, origin, "plan: expected a mapping with 'import', itself a mapping", data.get("plan"), "plan");
        }
        for (String step : STEPS) {
            if (data.get(step) != null) {
                throw PlanScope.mistakeIn(
                        name,
                        origin,
                        step + ": a plan that imports another has no steps of its own",
                        data.get(step),
                        step);
            }
        }
        KnownKeys.check(
                wanted,
                KnownKeys.IMPORT,
                "an import",
                findings,
                key -> origin.place(wanted.get(key), "plan", "import", key));
        InnerKeys.rules(
                wanted.get("adjust-plans"),
                "a rule of 'adjust-plans'",
                Map.of(),
                findings,
                origin::place,
                "plan",
                "import",
                "adjust-plans");
        return imported(from, name, origin, wanted);
    }

    private Found imported(Found from, String name, Origin origin, Map<?, ?> wanted)
            throws DiscoveryException, FmfException, InterruptedException {
        try {
            PlanReader.Outside outside = from.outside;
            Map<String, String> variables = new PlanEnvironment(name, origin, from.tree.trusted(), outside, findings)
                    .variables(from.node.data(), from.tree.root());
            Map<String, String> known = new LinkedHashMap<>(variables);
            known.putAll(outside.environment());
            Expansion expansion = new Expansion(known, outside.context());
            PlanScope scope = new PlanScope(
                    name,
                    origin,
                    from.tree.trusted(),
                    outside.context(),
                    expansion,
                    outside.given(),
                    Set.of(),
                    findings);
            Optional<String> url = address(wanted, "url", scope);
            Optional<String> pattern = Metadata.text("name", wanted.get("name")).map(expansion::text);
            if (url.isEmpty() || pattern.isEmpty()) {
                throw new IllegalArgumentException("it needs a 'url' and the 'name' of a plan in that repository");
            }
            FetchedTrees.Place place = new FetchedTrees.Place(
                    url.get(),
                    address(wanted, "ref", scope),
                    address(wanted, "path", scope).orElse(""));
            Libraries.checkAccess(place, from.tree.trusted());
            String wantedPlans = Metadata.text("scope", wanted.get("scope")).orElse("first-plan-only");
            if (!Set.of("first-plan-only", "single-plan-only", "all-plans").contains(wantedPlans)) {
                throw Metadata.wrong("scope", "first-plan-only, single-plan-only or all-plans", wantedPlans);
            }
            List<Map<String, @Nullable Object>> rules = new ArrayList<>();
            for (Object rule : Metadata.items(wanted.get("adjust-plans"))) {
                if (!(rule instanceof Map<?, ?> map)) {
                    throw Metadata.wrong("adjust-plans", "a mapping or a list of mappings", rule);
                }
                given = given.withRule(map);
                Map<String, @Nullable Object> texts = new LinkedHashMap<>();
                map.forEach((key, value) -> texts.put(Metadata.scalar(key), expansion.value(value)));
                rules.add(texts);
            }
            Tree tree = fetched.load(place);
            PlanTree there = PlanTree.of(
                    tree,
                    chosen(tree, pattern.get()).stream().map(Node::name).findFirst(),
                    outside.context(),
                    place.toString(),
                    from.tree.trusted() && Libraries.isLocal(place),
                    rules);
            List<Node> plans = chosen(tree, pattern.get());
            if (plans.isEmpty()) {
                throw new IllegalArgumentException("no plan in " + place + " has a name that starts with '"
                        + pattern.get() + "'; there is: " + String.join(", ", Plans.names(tree)));
            }
            if (plans.size() > 1 && wantedPlans.equals("single-plan-only")) {
                throw new IllegalArgumentException("several plans in " + place + " have a name that starts with '"
                        + pattern.get() + "': "
                        + String.join(", ", plans.stream().map(Node::name).toList()));
            }
            if (plans.size() > 1 && wantedPlans.equals("all-plans")) {
                findings.refuse(
                        "import",
                        "the plan imports several plans, but a run has only one",
                        origin.place(wantedPlans, "plan", "import", "scope"));
            }
            inherit(from, name, origin, wanted, variables, expansion);
            return new Found(
                    there,
                    plans.getFirst(),
                    new PlanReader.Outside(
                            outside.context(),
                            new LinkedHashMap<>(contexts),
                            outside.environment(),
                            new LinkedHashMap<>(environments),
                            given,
                            urls));
        } catch (PlanScope.PlanMistakeException e) {
            throw e;
        } catch (IllegalArgumentException | DiscoveryException e) {
            throw PlanScope.mistakeIn(name, origin, "import: " + e.getMessage(), wanted, "plan", "import");
        }
    }

    /** Adds values of the importing plan, which take precedence over the imported ones; those of its own importer are first. */
    private void inherit(
            Found from,
            String name,
            Origin origin,
            Map<?, ?> wanted,
            Map<String, String> variables,
            Expansion expansion)
            throws DiscoveryException {
        if (Metadata.flag("inherit-environment", wanted.get("inherit-environment"), true)) {
            variables.forEach((key, value) -> environments.putIfAbsent(key, expansion.variable(key, value)));
            given = given.withVariables(variables);
        }
        if (Metadata.flag("inherit-context", wanted.get("inherit-context"), true)) {
            PlanReader reader = new PlanReader(findings, PlanReader.Outside.of(Context.empty(), Map.of(), urls));
            reader.context(name, from.node.data(), origin, expansion)
                    .dimensions()
                    .forEach(contexts::putIfAbsent);
            given = given.withContext(from.node.data().get("context"));
        }
    }

    private static Optional<String> address(Map<?, ?> wanted, String key, PlanScope scope) {
        return Metadata.text(key, wanted.get(key)).map(scope::address);
    }

    private static List<Node> chosen(Tree tree, String pattern) throws FmfException {
        NamePattern name = NamePattern.of(pattern);
        List<Node> chosen = new ArrayList<>();
        for (Node node : Plans.all(tree)) {
            if (name.startsIn(node.name())) {
                chosen.add(node);
            }
        }
        return chosen;
    }
}
