package dev.atex.cli;

import dev.atex.cli.view.Printable;
import dev.atex.executor.fmf.Discovery;
import dev.atex.executor.fmf.DiscoveryException;
import dev.atex.executor.fmf.FmfTests;
import dev.atex.fmf.Context;
import dev.atex.fmf.RootException;
import dev.atex.text.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Which tests are meant: the options that all commands about tests have in common.
 *
 * @param root where the tree of metadata is
 * @param plan the full name of a plan
 * @param names regular expressions for names
 * @param excludes regular expressions for names that are not wanted
 * @param filters fmf filters
 * @param conditions Python expressions
 * @param context the values of each dimension
 * @param libraries whether libraries that tests require are fetched
 * @param followLinks whether links in trees of this host are followed out of these
 */
record SelectionOptions(
        Path root,
        Optional<String> plan,
        List<String> names,
        List<String> excludes,
        List<String> filters,
        List<String> conditions,
        Map<String, List<String>> context,
        boolean libraries,
        boolean followLinks) {

    static final String FOLLOW_LINKS =
            "Follow symbolic links of trees on this host wherever they lead, not only inside their git checkout.";

    private static final Pattern DIMENSION = Pattern.compile("[\\w-]+", Pattern.UNICODE_CHARACTER_CLASS);

    static void describe(CommandSpec spec) {
        spec.addOption(Options.one(
                "DIR", "Where the tests are: a directory in a tree of fmf metadata (default: here).", "--root"));
        spec.addOption(Options.one(
                "NAME", "Full name of a plan, e.g. /plans/smoke: its tests, prepared as it says.", "--plan"));
        spec.addOption(
                Options.many("REGEX", "Tests whose name has a match; given twice, either will do.", "-t", "--test"));
        spec.addOption(Options.many("REGEX", "Not the tests whose name has a match.", "--exclude"));
        spec.addOption(Options.many(
                "FILTER",
                "Tests that meet an fmf filter: 'tag:quick & component:-kernel'; given twice, both.",
                "--filter"));
        spec.addOption(Options.many(
                "EXPR",
                "Tests for which a Python expression is true: 'int(tier) < 2'; given twice, both.",
                "--condition"));
        spec.addOption(Options.many(
                "KEY=VALUE", "What adjust rules decide by: distro=fedora-42; several values: a,b.", "-c", "--context"));
        spec.addOption(Options.flag(
                "Do not fetch the Beakerlib libraries that tests require, nor ask for what these require.",
                "--no-libraries"));
        spec.addOption(Options.flag(FOLLOW_LINKS, "--follow-links"));
    }

    static SelectionOptions of(ParseResult options) throws UsageException {
        List<String> filters = Options.all(options, "--filter");
        FmfMistakes.checkFilters(filters);
        return new SelectionOptions(
                Options.path("--root", options.matchedOptionValue("--root", ".")),
                Optional.ofNullable(options.matchedOptionValue("--plan", null)),
                Options.all(options, "--test"),
                Options.all(options, "--exclude"),
                filters,
                Options.all(options, "--condition"),
                context(Options.all(options, "--context")),
                !options.hasMatchedOption("--no-libraries"),
                options.hasMatchedOption("--follow-links"));
    }

    /** Dimensions with their values, from {@code KEY=VALUE[,VALUE]}; the last one for a key counts. */
    static Map<String, List<String>> context(List<String> texts) throws UsageException {
        Map<String, List<String>> dimensions = new LinkedHashMap<>();
        for (String text : texts) {
            Map.Entry<String, String> entry = Options.keyValue("--context", text, "--context distro=fedora-42");
            if (!DIMENSION.matcher(entry.getKey()).matches()) {
                throw new UsageException("--context " + text + ": '" + entry.getKey()
                        + "' cannot name a dimension: only letters, digits, '_' and '-' can be in one");
            }
            List<String> values = List.of(entry.getValue().split(",", -1));
            if (values.contains("")) {
                throw new UsageException("--context " + text + ": a value is missing; say --context " + entry.getKey()
                        + "=VALUE, or several: " + entry.getKey() + "=ONE,TWO");
            }
            dimensions.put(entry.getKey(), values);
        }
        return dimensions;
    }

    /** The same, when libraries do not matter. */
    SelectionOptions withoutLibraries() {
        return new SelectionOptions(root, plan, names, excludes, filters, conditions, context, false, followLinks);
    }

    /**
     * Finds the tests, at least one.
     *
     * @param leftOut a directory that is not copied with the tests
     */
    FmfTests discover(Optional<Path> leftOut) throws UsageException, InterruptedException {
        checkRoot();
        try {
            Discovery discovery =
                    wholePlan().names(names).excludes(excludes).filters(filters).conditions(conditions);
            leftOut.ifPresent(discovery::leaveOut);
            FmfTests tests = discovery.discover();
            if (tests.names().isEmpty()) {
                tests.close();
                throw new UsageException(nothing(withoutCriteria()));
            }
            return tests;
        } catch (DiscoveryException e) {
            throw new UsageException(message(e), e);
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    /** How many there are without criteria; absent when one of those has a mistake, which is not what was asked. */
    private Optional<Integer> withoutCriteria() throws InterruptedException, IOException {
        try (FmfTests all = wholePlan().libraries(false).discover()) {
            return Optional.of(all.names().size());
        } catch (DiscoveryException e) {
            return Optional.empty();
        }
    }

    private Discovery wholePlan() {
        Discovery discovery = Discovery.in(root)
                .context(Context.of(context))
                .libraries(libraries)
                .followLinks(followLinks);
        plan.ifPresent(discovery::plan);
        return discovery;
    }

    /** Shows what users should know about tests that were found. */
    static void warn(FmfTests tests, Terminal terminal) {
        tests.warnings().forEach(text -> terminal.err().println("atex: warning: " + Printable.line(text)));
    }

    private void checkRoot() throws UsageException {
        if (!Files.exists(root)) {
            throw new UsageException("--root " + root + ": there is no such directory");
        }
        if (!Files.isDirectory(root)) {
            throw new UsageException("--root " + root + ": it is not a directory");
        }
    }

    private String message(DiscoveryException problem) {
        if (problem.getCause() instanceof RootException) {
            return "--root " + root + ": no fmf metadata: neither it nor a directory above it has a directory .fmf."
                    + "\nIs it the right one? A new tree is begun with: atex fmf init";
        }
        return problem.getMessage()
                + problem.unknown()
                        .flatMap(word -> Suggestion.of(word, problem.known()))
                        .map(meant -> "\nDid you mean '" + meant + "'?")
                        .orElse("");
    }

    private String nothing(Optional<Integer> withoutCriteria) {
        String where = plan.map(name -> "plan '" + name + "'")
                .orElse("the tree of " + root.toAbsolutePath().normalize());
        if (withoutCriteria.equals(Optional.of(0)) || criteria().isEmpty()) {
            return "no test is selected: " + where + " has none that is enabled and not manual"
                    + (context.isEmpty() ? " (in an empty context, see --context)" : " in this context");
        }
        return "no test is selected: " + where + " has "
                + withoutCriteria.map(Object::toString).orElse("tests") + ", none of which meets "
                + String.join(" and ", criteria())
                + "\nTry 'atex discover' without some of them to see what there is.";
    }

    private List<String> criteria() {
        List<String> criteria = new ArrayList<>();
        names.forEach(value -> criteria.add("--test '" + value + "'"));
        excludes.forEach(value -> criteria.add("--exclude '" + value + "'"));
        filters.forEach(value -> criteria.add("--filter '" + value + "'"));
        conditions.forEach(value -> criteria.add("--condition '" + value + "'"));
        return criteria;
    }
}
