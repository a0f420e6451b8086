package dev.atex.executor.fmf;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A part of a plan's {@code discover} that finds tests in a tree.
 *
 * @param name where its tree and its tests go; empty for the root
 * @param names regular expressions, one of which must be found in a test's name
 * @param filters all of which must match
 * @param excludes regular expressions, none of which may be found in a test's name
 * @param place where its tree is; empty for the tree of the plan
 */
record Section(
        String name,
        List<String> names,
        List<String> filters,
        List<String> excludes,
        Optional<FetchedTrees.Place> place) {

    /** What counts without a plan. */
    static Section whole() {
        return new Section("", List.of(), List.of(), List.of(), Optional.empty());
    }

    /**
     * Those of a plan.
     *
     * @throws IllegalArgumentException there is none, or something is wrong in one
     */
    static List<Section> of(Map<String, @Nullable Object> plan) {
        List<Section> sections = new ArrayList<>();
        for (Object item : Metadata.items(plan.get("discover"))) {
            if (!(item instanceof Map<?, ?> section)) {
                throw Metadata.wrong("discover", "a mapping or a list of mappings", item);
            }
            Object how = section.get("how");
            if (how == null || how.equals("fmf")) {
                sections.add(section(section));
            }
        }
        if (sections.isEmpty()) {
            throw new IllegalArgumentException("it discovers no tests: 'discover' needs a section with 'how: fmf'");
        }
        checkNames(sections);
        return sections;
    }

    private static Section section(Map<?, ?> section) {
        String name = text(section, "name").orElse("");
        if (section.containsKey("name") && !isDirectoryName(name)) {
            throw new IllegalArgumentException(
                    "discover: name: '" + name
                            + "' cannot name a section: it becomes a directory, so it must not be empty, '.' or '..', nor hold '/'");
        }
        return new Section(
                name,
                strings(section, "test"),
                strings(section, "filter"),
                strings(section, "exclude"),
                place(section));
    }

    private static boolean isDirectoryName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }

    private static Optional<FetchedTrees.Place> place(Map<?, ?> section) {
        Optional<String> ref = text(section, "ref");
        String path = text(section, "path").orElse("");
        return text(section, "url").map(url -> new FetchedTrees.Place(url, ref, path));
    }

    private static Optional<String> text(Map<?, ?> section, String key) {
        return Metadata.text("discover: " + key, section.get(key));
    }

    private static List<String> strings(Map<?, ?> section, String key) {
        return Metadata.strings("discover: " + key, section.get(key));
    }

    private static void checkNames(List<Section> sections) {
        Set<String> names = new HashSet<>();
        for (Section section : sections) {
            if (section.name.isEmpty() && sections.size() > 1) {
                throw new IllegalArgumentException(
                        "discover: it has " + sections.size() + " sections with 'how: fmf', so each needs a 'name'");
            }
            if (!names.add(section.name)) {
                throw new IllegalArgumentException("discover: two sections have the name '" + section.name + "'");
            }
        }
    }
}
