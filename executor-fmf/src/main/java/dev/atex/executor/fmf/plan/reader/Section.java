package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.trees.FetchedTrees;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A part of a plan's {@code discover} that finds tests in a tree, or contains tests.
 *
 * @param index which phase of the plan it is, from 0
 * @param name where its tree and its tests go; empty for the root
 * @param tests which tests of the tree are wanted, in this order; empty for all
 * @param includes regular expressions, one of which must be found in a test's name; empty for all
 * @param excludes regular expressions, none of which may be found in a test's name
 * @param filters all of which must match
 * @param links one of which a test must have; empty for all
 * @param required exact names of tests that must be found
 * @param rules adjust rules for each test
 * @param source where its tree is
 * @param modified only tests where something has changed
 * @param own tests that the plan itself has, in place of those of the tree
 */
public record Section(
        int index,
        String name,
        List<Wanted> tests,
        List<String> includes,
        List<String> excludes,
        List<String> filters,
        List<LinkNeedle> links,
        List<String> required,
        List<Map<String, @Nullable Object>> rules,
        Source source,
        Optional<Modified> modified,
        Optional<List<OwnTest>> own) {

    /** The tree of a section. */
    public sealed interface Source {
        /** The tree of the plan. */
        record Plan() implements Source {}

        /** A repository. */
        record Remote(FetchedTrees.Place place) implements Source {}

        /** A directory of this host. */
        record Local(String path) implements Source {}
    }

    /**
     * The commit with which a repository is compared.
     *
     * @param url of another repository; empty for the same
     * @param ref empty for the default branch
     */
    public record Modified(Optional<String> url, Optional<String> ref) {}

    /**
     * A test that the plan itself contains.
     *
     * @param path where it is in the metadata of the plan
     */
    public record OwnTest(String name, Map<String, @Nullable Object> data, List<Object> path) {}

    /** Returns the section of tests without a plan. */
    public static Section whole() {
        return new Section(
                0,
                "",
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                new Source.Plan(),
                Optional.empty(),
                Optional.empty());
    }
}
