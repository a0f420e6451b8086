package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.trees.FetchedTrees;
import dev.atex.executor.fmf.trees.Libraries;
import dev.atex.fmf.InvalidValueException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the step {@code discover}. */
public final class SectionReader {
    private static final String DISCOVER = "discover";
    private static final String USUAL_LIMIT = "1h";

    private final PlanScope scope;

    public SectionReader(PlanScope scope) {
        this.scope = scope;
    }

    private record Ordered(int order, Section section) {}

    /** Returns the active sections, in their order. */
    public List<Section> read(Map<String, @Nullable Object> plan) throws DiscoveryException {
        List<Ordered> sections = new ArrayList<>();
        List<PhaseData> phases = scope.phases(plan, DISCOVER);
        for (PhaseData phase : phases) {
            if (phase.isNamed() && !isDirectoryName(phase.name())) {
                throw phase.mistake(
                        "name",
                        "name: '" + phase.name()
                                + "' cannot name a section: it becomes a directory, so it must not be empty, '.' or '..', or contain '/'");
            }
            int order = phase.order();
            if (!phase.isActive()) {
                continue;
            }
            Optional<String> how = phase.how(phase.has("tests") ? "shell" : "fmf");
            if (how.isEmpty()) {
                continue;
            }
            phase.checkKeys(how.get());
            if ("archive".equals(phase.get("url-content-type"))) {
                phase.refuse("archive", "url-content-type", "a discover phase takes tests from an archive");
                continue; // it is no repository that could be fetched
            }
            boolean alone = phases.size() == 1;
            String name = alone && !phase.isNamed() ? "" : phase.name();
            if (alone && phase.isNamed()) {
                phase.note(
                        "prefix",
                        "name",
                        "tests are below '/" + name + "', the name of the only discover phase"
                                + " (tmt: only with several)");
            }
            if (how.get().equals("fmf")) {
                sections.add(new Ordered(order, fmf(phase, name)));
            } else {
                shell(phase, name).ifPresent(section -> sections.add(new Ordered(order, section)));
            }
        }
        return sections.stream()
                .sorted(Comparator.comparingInt(Ordered::order))
                .map(Ordered::section)
                .toList();
    }

    private static boolean isDirectoryName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }

    private Section fmf(PhaseData phase, String name) throws DiscoveryException {
        if (phase.get("sync-repo") != null) {
            phase.note(
                    "sync-repo", "sync-repo", "a discover phase has 'sync-repo': the tree on machines has no '.git'");
        }
        List<LinkNeedle> links = new ArrayList<>();
        for (String link : phase.strings("link")) {
            try {
                links.add(LinkNeedle.of(link));
            } catch (InvalidValueException e) {
                throw phase.mistake("link", "link '" + link + "': " + e.getMessage());
            }
        }
        List<String> includes = phase.strings("include");
        List<String> excludes = phase.strings("exclude");
        check(phase, "include", includes);
        check(phase, "exclude", excludes);
        List<String> filters = phase.strings("filter");
        try {
            Expressions.checkFilters("filter", filters);
        } catch (DiscoveryException e) {
            throw phase.mistake("filter", String.valueOf(e.getMessage()));
        }
        Optional<Section.Modified> modified = phase.flag("modified-only")
                ? Optional.of(new Section.Modified(phase.address("modified-url"), phase.address("modified-ref")))
                : Optional.empty();
        return new Section(
                phase.index(),
                name,
                wanted(phase),
                includes,
                excludes,
                filters,
                links,
                phase.strings("require-test"),
                rules(phase),
                source(phase),
                modified,
                Optional.empty());
    }

    private static void check(PhaseData phase, String key, List<String> expressions) throws DiscoveryException {
        try {
            Expressions.checkNames(key, expressions);
        } catch (DiscoveryException e) {
            throw phase.mistake(key, String.valueOf(e.getMessage()));
        }
    }

    private List<Wanted> wanted(PhaseData phase) throws DiscoveryException {
        phase.checkRules("test", "a rule of 'test'");
        List<Wanted> wanted = new ArrayList<>();
        for (Object item : Metadata.items(phase.get("test"))) {
            if (item instanceof Map<?, ?> map && map.get("name") instanceof String pattern) {
                Map<String, @Nullable Object> rule = rule(phase, "test", map);
                rule.remove("name");
                wanted.add(new Wanted(scope.expansion().text(pattern), rule));
            } else if (item instanceof Map || item instanceof List) {
                throw phase.mistake(
                        "test",
                        Metadata.unexpected(
                                "test", "a string or a list of strings, or of mappings with a 'name'", item));
            } else {
                wanted.add(new Wanted(scope.expansion().text(Metadata.scalar(item)), Map.of()));
            }
        }
        check(phase, "test", wanted.stream().map(Wanted::pattern).toList());
        return wanted;
    }

    private List<Map<String, @Nullable Object>> rules(PhaseData phase) throws DiscoveryException {
        phase.checkRules("adjust-tests", "a rule of 'adjust-tests'");
        List<Map<String, @Nullable Object>> rules = new ArrayList<>();
        for (Map<?, ?> rule : phase.mappings("adjust-tests")) {
            rules.add(rule(phase, "adjust-tests", rule));
        }
        return rules;
    }

    private Map<String, @Nullable Object> rule(PhaseData phase, String key, Map<?, ?> rule) throws DiscoveryException {
        return phase.read(key, _ -> {
            scope.checkRequirements(rule);
            return texts(scope.expansion().value(rule));
        });
    }

    private static Map<String, @Nullable Object> texts(@Nullable Object mapping) {
        Map<String, @Nullable Object> texts = new LinkedHashMap<>();
        if (mapping instanceof Map<?, ?> map) {
            map.forEach((key, value) -> texts.put(Metadata.scalar(key), value));
        }
        return texts;
    }

    private Section.Source source(PhaseData phase) throws DiscoveryException {
        for (String key : List.of("dist-git-source", "dist-git-type")) {
            if (phase.get(key) != null && !Boolean.FALSE.equals(phase.get(key))) {
                phase.refuse(
                        "dist-git", key, "a discover phase takes tests from the sources of a package ('" + key + "')");
            }
        }
        Optional<String> url = phase.address(phase.has("url") || !phase.has("repository") ? "url" : "repository");
        Optional<String> ref = phase.address(phase.has("ref") || !phase.has("revision") ? "ref" : "revision");
        Optional<String> path = phase.address("path");
        if (url.isPresent()) {
            FetchedTrees.Place place = new FetchedTrees.Place(url.get(), ref, path.orElse(""));
            try {
                Libraries.checkAccess(place, scope.trusted());
            } catch (DiscoveryException e) {
                throw phase.mistake("url", "url: " + e.getMessage());
            }
            return new Section.Source.Remote(place);
        }
        if (ref.isPresent()) {
            phase.note("ref", "ref", "a discover phase has a 'ref' without a 'url': the tree is used as it is");
        }
        if (path.isPresent() && !path.get().equals(".")) {
            if (!scope.trusted()) {
                throw phase.mistake(
                        "path",
                        "path: '" + path.get() + "' is a directory of this host, which a fetched tree must not name");
            }
            return new Section.Source.Local(path.get());
        }
        return new Section.Source.Plan();
    }

    private Optional<Section> shell(PhaseData phase, String name) throws DiscoveryException {
        if (phase.get("keep-git-metadata") != null) {
            phase.note(
                    "keep-git-metadata",
                    "keep-git-metadata",
                    "a discover phase has 'keep-git-metadata': the tree on machines has no '.git'");
        }
        List<Section.OwnTest> tests = new ArrayList<>();
        List<Map<?, ?>> written = phase.mappings("tests");
        if (written.isEmpty()) {
            phase.note("no-tests", "tests", "a discover phase with 'how: shell' has no 'tests' and finds nothing");
            return Optional.empty();
        }
        for (int i = 0; i < written.size(); i++) {
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            for (Map.Entry<?, ?> entry : written.get(i).entrySet()) {
                String key = Metadata.scalar(entry.getKey());
                data.put(key, expanded(phase, key, entry.getValue()));
            }
            if (!(data.remove("name") instanceof String given) || given.isEmpty()) {
                throw phase.mistake("tests", "tests: number " + (i + 1) + " needs a 'name', a string");
            }
            data.putIfAbsent("duration", USUAL_LIMIT);
            tests.add(new Section.OwnTest(
                    given.startsWith("/") ? given : "/" + given, data, List.of(DISCOVER, phase.index(), "tests", i)));
        }
        return Optional.of(own(phase.index(), name, source(phase), tests));
    }

    private @Nullable Object expanded(PhaseData phase, String key, @Nullable Object value) throws DiscoveryException {
        try {
            if (value != null) {
                scope.checkRequirements(Map.of(key, value));
            }
            return key.equals("test") && value instanceof String script
                    ? scope.expansion().script(script)
                    : scope.expansion().value(value);
        } catch (IllegalArgumentException e) {
            throw phase.mistake("tests", "tests: " + e.getMessage());
        }
    }

    /** Returns a section with the tests of {@code execute: script}. */
    public Section scripts(PhaseData execute) throws DiscoveryException {
        String limit = execute.scalar("duration").orElse(USUAL_LIMIT);
        List<Section.OwnTest> tests = new ArrayList<>();
        for (String script : execute.scripts("script")) {
            Map<String, @Nullable Object> data = new LinkedHashMap<>();
            data.put("test", script);
            data.put("duration", limit);
            tests.add(
                    new Section.OwnTest("/script-%02d".formatted(tests.size()), data, List.of("execute", 0, "script")));
        }
        return own(0, "", new Section.Source.Plan(), tests);
    }

    private static Section own(int index, String name, Section.Source source, List<Section.OwnTest> tests) {
        return new Section(
                index,
                name,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                source,
                Optional.empty(),
                Optional.of(tests));
    }
}
