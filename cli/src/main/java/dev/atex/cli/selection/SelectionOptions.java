package dev.atex.cli.selection;

import dev.atex.cli.command.ExitCode;
import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.executor.fmf.discovery.Discovery;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.discovery.TreePlans;
import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.plan.UrlSource;
import dev.atex.fmf.Context;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.RootException;
import dev.atex.internal.text.Suggestion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of all commands about tests: which tests to select.
 *
 * @param root a directory in the tree of metadata
 * @param plans full names of plans, or regular expressions for them
 * @param names regular expressions for names
 * @param excludes regular expressions for names to exclude
 * @param filters fmf filters
 * @param conditions Python expressions
 * @param context the values of each dimension
 * @param libraries whether libraries that tests require are fetched
 * @param followLinks whether links in trees of this host are followed out of these
 * @param strictness the consequences of notes on metadata
 * @param environment variables that texts of a plan may name
 */
public record SelectionOptions(
        Path root,
        List<String> plans,
        List<String> names,
        List<String> excludes,
        List<String> filters,
        List<String> conditions,
        Map<String, List<String>> context,
        boolean libraries,
        boolean followLinks,
        Strictness strictness,
        Map<String, String> environment) {

    public static final Opt<Boolean> FOLLOW_LINKS = Opt.flag(
            "Follow symbolic links of trees on this host wherever they lead, not only inside their git checkout.",
            "--follow-links");
    public static final Opt<List<String>> CONTEXT = Opt.many(
            "KEY=VALUE",
            "A context dimension for adjust rules: distro=fedora-42; for several values: a,b.",
            "-c",
            "--context");

    private static final Opt<Optional<Path>> ROOT = Opt.one(
            "DIR",
            "Where the tests are: a directory in a tree of fmf metadata (default: the current directory).",
            Options::path,
            "--root");
    private static final Opt<List<String>> PLAN = Opt.many(
            "NAME",
            "Full name of a plan, e.g. /plans/smoke: select its tests and prepare machines as it says. Any other text is a"
                    + " regular expression: all plans whose name has a match. Can be repeated.",
            "--plan");
    private static final Opt<List<String>> TEST =
            Opt.many("REGEX", "Select tests whose name matches; given twice, either.", "-t", "--test");
    private static final Opt<List<String>> EXCLUDE =
            Opt.many("REGEX", "Exclude tests whose name matches.", "--exclude");
    private static final Opt<List<String>> FILTER = Opt.many(
            "FILTER",
            "Select tests that match an fmf filter: 'tag:quick & component:-kernel'; given twice, both.",
            "--filter");
    private static final Opt<List<String>> CONDITION = Opt.many(
            "EXPR",
            "Select tests for which a Python expression is true: 'int(tier) < 2'; given twice, both.",
            "--condition");
    private static final Opt<Boolean> NO_LIBRARIES = Opt.flag(
            "Do not fetch the Beakerlib libraries that tests require, and ignore what these libraries require.",
            "--no-libraries");

    /** The maximum number of names in a message. */
    private static final int SHOWN = 12;

    private static final Pattern DIMENSION = Pattern.compile("[\\w-]+", Pattern.UNICODE_CHARACTER_CLASS);

    public static void describe(CommandSpec spec) {
        ROOT.addTo(spec);
        describePlans(spec);
        Opt.addAll(spec, TEST, EXCLUDE, FILTER, CONDITION);
        describeReading(spec);
        Strictness.describe(spec);
    }

    /** Adds the options for the tree as a whole. */
    public static void describeTree(CommandSpec spec) {
        ROOT.addTo(spec);
        describeReading(spec);
    }

    private static void describeReading(CommandSpec spec) {
        Opt.addAll(spec, CONTEXT, NO_LIBRARIES, FOLLOW_LINKS);
    }

    public static void describePlans(CommandSpec spec) {
        PLAN.addTo(spec);
    }

    public static SelectionOptions of(ParseResult options) throws UsageException {
        List<String> filters = FILTER.of(options);
        FmfErrors.checkFilters(filters);
        for (Opt<List<String>> option : List.of(TEST, EXCLUDE)) {
            FmfErrors.checkNames(option.name(), option.of(options));
        }
        FmfErrors.checkConditions(CONDITION.of(options));
        return new SelectionOptions(
                root(options),
                PLAN.of(options),
                TEST.of(options),
                EXCLUDE.of(options),
                filters,
                CONDITION.of(options),
                context(CONTEXT.of(options)),
                !NO_LIBRARIES.of(options),
                FOLLOW_LINKS.of(options),
                Strictness.of(options),
                Map.of());
    }

    /** Returns the values of the options of {@link #describeTree} and {@link #describePlans}. */
    public static SelectionOptions ofTree(ParseResult options) throws UsageException {
        return new SelectionOptions(
                root(options),
                PLAN.of(options),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                context(CONTEXT.of(options)),
                !NO_LIBRARIES.of(options),
                FOLLOW_LINKS.of(options),
                Strictness.USUAL,
                Map.of());
    }

    private static Path root(ParseResult options) throws UsageException {
        return ROOT.of(options).orElse(Path.of("."));
    }

    /** Returns the only plan, if there is one. */
    public Optional<String> plan() {
        return plans.stream().findFirst();
    }

    /** Returns a copy with another plan. */
    public SelectionOptions withPlan(String name) {
        return new SelectionOptions(
                root,
                List.of(name),
                names,
                excludes,
                filters,
                conditions,
                context,
                libraries,
                followLinks,
                strictness,
                environment);
    }

    private FollowedLinks links() {
        return followLinks ? FollowedLinks.ALL : FollowedLinks.IN_CHECKOUT;
    }

    /** Returns the plans of the tree. */
    public TreePlans treePlans() throws UsageException {
        checkRoot();
        try {
            return TreePlans.in(root, Context.of(context), links());
        } catch (DiscoveryException e) {
            throw usage(e);
        }
    }

    /** Returns the file of a plan as {@code " (plans/ci.fmf)"}; empty if it cannot be found. */
    public String placeOf(String plan) {
        try {
            return treePlans().all().stream()
                    .filter(each -> each.name().equals(plan))
                    .flatMap(each -> each.place().stream())
                    .findFirst()
                    .map(place -> " (" + place + ")")
                    .orElse("");
        } catch (UsageException e) {
            return ""; // a message is complete without it
        }
    }

    /**
     * Returns the names of the selected plans, each once; of those that a regular expression matches, only enabled ones.
     */
    public List<String> planNames(TreePlans tree) throws UsageException {
        Set<String> found = new LinkedHashSet<>();
        for (String wanted : plans) {
            List<TreePlans.Plan> matching;
            try {
                matching = tree.matching(wanted);
            } catch (DiscoveryException e) {
                throw new UsageException("--" + message(e), e);
            }
            List<String> meant = matching.stream()
                    .filter(plan -> plan.enabled() || plan.name().equals(wanted))
                    .map(TreePlans.Plan::name)
                    .toList();
            if (meant.isEmpty()) {
                throw new UsageException(
                        matching.isEmpty()
                                ? "--plan " + wanted + ": no plan of " + place() + " has this name or matches it"
                                        + Suggestion.among(
                                                wanted,
                                                tree.all().stream()
                                                        .map(TreePlans.Plan::name)
                                                        .toList())
                                : "--plan " + wanted + ": the plans that it matches are not enabled"
                                        + inContext() + ": "
                                        + matching.stream()
                                                .map(TreePlans.Plan::name)
                                                .collect(Collectors.joining(", ")));
            }
            found.addAll(meant);
        }
        return List.copyOf(found);
    }

    /** Returns a selection for each selected plan. */
    public List<SelectionOptions> byPlan() throws UsageException {
        return planNames(treePlans()).stream().map(this::withPlan).toList();
    }

    /**
     * Returns selections of the plans that the given name matches as a regular expression, after there was no plan with
     * exactly this name.
     *
     * @throws UsageException the problem, if it has another reason or there are no such plans
     */
    public List<SelectionOptions> insteadOf(UsageException problem) throws UsageException {
        boolean unknown = problem.getCause() instanceof DiscoveryException reason
                && reason.unknown().isPresent()
                && plans.size() == 1;
        if (!unknown) {
            throw problem;
        }
        TreePlans tree = treePlans();
        try {
            if (tree.matching(plans.getFirst()).isEmpty()) {
                throw problem;
            }
        } catch (DiscoveryException e) {
            throw problem; // it is no regular expression
        }
        return planNames(tree).stream().map(this::withPlan).toList();
    }

    /**
     * The tests of several plans. The caller closes them.
     *
     * @param exitCode 2 if a plan could not be read
     */
    public record Discovered(List<FmfTests> tests, int exitCode) implements AutoCloseable {
        @Override
        public void close() throws UsageException {
            for (FmfTests each : tests) {
                try {
                    each.close();
                } catch (IOException e) {
                    throw UsageException.of(e);
                }
            }
        }
    }

    /**
     * Finds the tests of each selected plan, or of the tree if no plan is selected. If several plans are selected, prints
     * why one of them cannot be read or selects no tests, and continues with the others.
     *
     * @throws UsageException the tree cannot be read, or the only plan; or no plan selects a test
     */
    public Discovered discoverEach(Set<String> said, Terminal terminal) throws UsageException, InterruptedException {
        List<SelectionOptions> each;
        if (plans.size() > 1) {
            each = byPlan();
        } else {
            try {
                return new Discovered(List.of(look(said, terminal)), ExitCode.OK);
            } catch (UsageException e) {
                each = insteadOf(e);
            }
        }
        if (each.size() == 1) {
            return new Discovered(List.of(each.getFirst().look(said, terminal)), ExitCode.OK);
        }
        return discoverAll(each, said, terminal);
    }

    private static Discovered discoverAll(List<SelectionOptions> each, Set<String> said, Terminal terminal)
            throws UsageException, InterruptedException {
        List<FmfTests> found = new ArrayList<>();
        int exitCode = ExitCode.OK;
        Optional<UsageException> nothing = Optional.empty();
        boolean done = false;
        try {
            for (SelectionOptions one : each) {
                try {
                    found.add(one.look(said, terminal));
                } catch (UsageException e) {
                    String plan = one.plan().orElseThrow();
                    if (e.isNothingSelected()) {
                        nothing = Optional.of(e);
                        terminal.err().println(PlanProblem.leftOut(e));
                    } else {
                        exitCode = ExitCode.USAGE;
                        terminal.err().println(PlanProblem.line(plan, String.valueOf(e.getMessage())));
                    }
                }
            }
            if (found.isEmpty() && exitCode == ExitCode.OK && nothing.isPresent()) {
                throw nothing.get();
            }
            done = true;
            return new Discovered(found, exitCode);
        } finally {
            if (!done) {
                new Discovered(found, exitCode).close();
            }
        }
    }

    /**
     * Finds the tests of the tree or of the selected plan.
     *
     * @param toRun whether the plan will run
     */
    public FmfTests discoverOne(boolean toRun, Terminal terminal) throws UsageException, InterruptedException {
        if (plans.size() <= 1) {
            try {
                return one(toRun, terminal);
            } catch (UsageException e) {
                return only(insteadOf(e)).one(toRun, terminal);
            }
        }
        return only(byPlan()).one(toRun, terminal);
    }

    private FmfTests one(boolean toRun, Terminal terminal) throws UsageException, InterruptedException {
        Set<String> said = new HashSet<>();
        return toRun ? discover(Optional.empty(), said, terminal) : look(said, terminal);
    }

    private SelectionOptions only(List<SelectionOptions> each) throws UsageException {
        if (each.size() > 1) {
            throw new UsageException("--plan: " + each.size() + " plans match, and this command takes one: "
                    + each.stream().flatMap(one -> one.plans().stream()).collect(Collectors.joining(", ")));
        }
        return each.getFirst();
    }

    /** Parses dimensions from {@code KEY=VALUE[,VALUE]}; the last one of a key counts. */
    public static Map<String, List<String>> context(List<String> texts) throws UsageException {
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

    /** Returns a copy with variables that texts of a plan may name. */
    public SelectionOptions with(Map<String, String> variables) {
        return new SelectionOptions(
                root,
                plans,
                names,
                excludes,
                filters,
                conditions,
                context,
                libraries,
                followLinks,
                strictness,
                variables);
    }

    /** Returns a copy that does not fetch libraries. */
    public SelectionOptions withoutLibraries() {
        return new SelectionOptions(
                root,
                plans,
                names,
                excludes,
                filters,
                conditions,
                context,
                false,
                followLinks,
                strictness,
                environment);
    }

    /**
     * Finds the tests of a run, at least one. Files that the plan names by URLs are read.
     *
     * @param leftOut a directory that is not copied with the tests
     * @param said the notes that were printed before; if there are no tests, notes are printed here
     */
    public FmfTests discover(Optional<Path> leftOut, Set<String> said, Terminal terminal)
            throws UsageException, InterruptedException {
        return discover(leftOut, Optional.of(new UrlReader(terminal.environment())), said, terminal);
    }

    /** Finds the tests, at least one, to look at them. */
    private FmfTests look(Set<String> said, Terminal terminal) throws UsageException, InterruptedException {
        return discover(Optional.empty(), Optional.empty(), said, terminal);
    }

    private FmfTests discover(Optional<Path> leftOut, Optional<UrlSource> urls, Set<String> said, Terminal terminal)
            throws UsageException, InterruptedException {
        try {
            FmfTests tests = discoverAny(leftOut, urls);
            boolean isRefused = tests.findings().stream()
                    .anyMatch(finding -> finding.severity() == Finding.Severity.REFUSED
                            && !strictness.allowed().contains(finding.kind()));
            if (tests.names().isEmpty() && !isRefused) { // why it is refused is said by who runs it
                tests.close();
                MetadataNotes.of(tests, List.of(), MachineChoice.NONE, strictness)
                        .tell(said, terminal);
                throw nothing(tests);
            }
            return tests;
        } catch (IOException e) {
            throw UsageException.of(e);
        }
    }

    private UsageException nothing(FmfTests tests) throws InterruptedException, IOException {
        if (tests.isNothingModified()) {
            return UsageException.nothingToDo("no test is affected by the changes"
                    + plan().map(name -> " (plan '" + name + "': modified-only)")
                            .orElse("")
                    + ": nothing to do");
        }
        String text = new NothingSelected(this).text(tests);
        List<String> all = NothingSelected.byWhatWasAsked(tests) ? whatThereIs() : List.of();
        if (all.isEmpty()) {
            return UsageException.nothingSelected(text);
        }
        List<String> shown = all.subList(0, Math.min(SHOWN, all.size()));
        String more = all.size() > SHOWN ? ", and " + (all.size() - SHOWN) + " more (atex discover lists them)" : "";
        return UsageException.nothingSelected(text + "\nThere is: " + String.join(", ", shown) + more);
    }

    /** Finds the tests; there may be none. */
    public FmfTests discoverAny(Optional<Path> leftOut) throws UsageException, InterruptedException {
        return discoverAny(leftOut, Optional.empty());
    }

    private FmfTests discoverAny(Optional<Path> leftOut, Optional<UrlSource> urls)
            throws UsageException, InterruptedException {
        checkRoot();
        try {
            Discovery discovery =
                    wholePlan().names(names).excludes(excludes).filters(filters).conditions(conditions);
            leftOut.ifPresent(discovery::leaveOut);
            urls.ifPresent(discovery::urls);
            return discovery.discover();
        } catch (DiscoveryException e) {
            throw usage(e);
        }
    }

    /** Returns the names of all tests of the plan or tree; empty if they cannot be found. */
    private List<String> whatThereIs() throws InterruptedException, IOException {
        try (FmfTests all = wholePlan().libraries(false).discover()) {
            return all.names();
        } catch (DiscoveryException e) {
            return List.of(); // a mistake of another test does not explain why none was found
        }
    }

    private Discovery wholePlan() {
        Discovery discovery = discovery();
        plan().ifPresent(discovery::plan);
        return discovery;
    }

    /** Returns a discovery of the whole tree. */
    public Discovery discovery() {
        return Discovery.in(root)
                .context(Context.of(context))
                .libraries(libraries)
                .environment(environment)
                .allow(strictness.allowed())
                .onlyLook() // whoever runs them looks at what was found
                .followLinks(followLinks);
    }

    /** Checks that the root is a directory. */
    public void checkRoot() throws UsageException {
        if (!Files.exists(root)) {
            throw new UsageException("--root " + root + ": there is no such directory");
        }
        if (!Files.isDirectory(root)) {
            throw new UsageException("--root " + root + ": it is not a directory");
        }
    }

    /** Returns the exception for users, with what to do. */
    public UsageException usage(DiscoveryException problem) {
        return new UsageException(message(problem), problem);
    }

    private String message(DiscoveryException problem) {
        if (problem.getCause() instanceof RootException) {
            return "--root " + root + ": no fmf metadata: neither it nor a directory above it has a directory .fmf."
                    + "\nIs it the right one? To create a tree: atex fmf init";
        }
        return problem.getMessage()
                + problem.unknown()
                        .flatMap(word -> Suggestion.of(word, problem.known()))
                        .map(meant -> "\nDid you mean '" + meant + "'?")
                        .orElse("");
    }

    String inContext() {
        return context.isEmpty() ? " (in an empty context, see --context)" : " in this context";
    }

    private String place() {
        return "the tree of " + root.toAbsolutePath().normalize();
    }

    /** Returns the options that exclude tests, as they were given. */
    List<String> criteria() {
        List<String> criteria = new ArrayList<>();
        names.forEach(value -> criteria.add("--test '" + value + "'"));
        excludes.forEach(value -> criteria.add("--exclude '" + value + "'"));
        filters.forEach(value -> criteria.add("--filter '" + value + "'"));
        conditions.forEach(value -> criteria.add("--condition '" + value + "'"));
        return criteria;
    }
}
