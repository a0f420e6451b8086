package dev.atex.cli.run;

import dev.atex.cli.command.Opt;
import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.log.Secrets;
import dev.atex.cli.report.JudgingOptions;
import dev.atex.cli.report.OutputOptions;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.selection.MachineKinds;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.state.RunDirectory;
import dev.atex.executor.FailureClass;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.internal.text.DurationText;
import dev.atex.internal.text.Suggestion;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.run.Limit;
import dev.atex.run.Limits;
import dev.atex.run.RerunLimits;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options of {@code atex run}.
 *
 * @param selection which tests
 * @param environment variables for the tests and the scripts of the plan
 * @param machines where machines come from
 * @param platform the label in results; empty if the user gave none, and machines are not decided on
 * @param reruns how often a failed test is run again
 * @param limits how long is waited for what
 * @param order which test is next
 * @param spares how many machines are kept for tests that may be run again
 * @param testLimits what one test may use up
 * @param judging what counts as a failure
 * @param beakerlib which tests are run as Beakerlib tests
 * @param flakyFails whether a test that passed only when run again counts as failed
 * @param debugShell whether a shell is opened where a test has failed
 * @param view what is done with tests that fail
 * @param outputs reports that are written besides
 * @param output the run directory, if the user chose it
 * @param dryRun only say what would be done
 */
public record RunOptions(
        SelectionOptions selection,
        Map<String, String> environment,
        MachineChoice machines,
        String platform,
        RerunLimits reruns,
        Limits limits,
        Order order,
        int spares,
        ControlLimits testLimits,
        JudgingOptions judging,
        BeakerlibTests beakerlib,
        boolean flakyFails,
        boolean debugShell,
        ViewOptions view,
        OutputOptions outputs,
        Optional<Path> output,
        boolean dryRun) {

    public static final Opt<List<String>> PROVISION = Opt.many(
            "KIND[,OPTION=VALUE]...",
            () ->
                    "Where machines come from. Default: ATEX_PROVISION, else what the plan asks for, else this host if that is"
                            + " harmless (see docs/commands.md). Given twice: from both. Values can be quoted; write '\\,' and"
                            + " '\\;' for ',' and ';'." + kinds(),
            "--provision");
    public static final Opt<Optional<Path>> OUTPUT = Opt.one(
            "DIR",
            "The run directory, which must not exist (default: " + RunDirectory.USUAL_PARENT + "/TIME-ID).",
            Options::path,
            "--output");
    public static final Opt<Boolean> DRY_RUN =
            Opt.flag("Print which tests would run, in which order, and do nothing.", "--dry-run");

    private static final Opt<List<String>> ENV = Opt.many(
            "NAME=VALUE|@FILE",
            "A variable for the tests and the plan's scripts; it wins over the metadata. With @FILE: variables of a file, in"
                    + " YAML if its name ends in .yaml or .yml, else lines NAME=VALUE, quoted as for a shell.",
            "-e",
            "--env");
    private static final Opt<List<String>> ENV_FILE = Opt.many(
            "FILE",
            "Variables of a file: lines NAME=VALUE, read literally. Use it for secrets: all users of this host can see"
                    + " command lines.",
            "--env-file");
    private static final Opt<Optional<BeakerlibTests>> BEAKERLIB = Opt.one(
            "WHICH",
            "Which tests report their Beakerlib phases: auto (those with 'framework: beakerlib', default), all, none.",
            Opt.choice(Map.of(
                    "auto", BeakerlibTests.BY_FRAMEWORK, "all", BeakerlibTests.ALL, "none", BeakerlibTests.NONE)),
            "--beakerlib");
    private static final Opt<Optional<String>> PLATFORM =
            Opt.one("LABEL", "The platform in results (default: the kind of machine).", "--platform");
    private static final Opt<Optional<Integer>> RERUNS =
            Opt.one("N", "Rerun a failed test up to N times (default: 0).", RunOptions::count, "--reruns");
    private static final Opt<List<String>> RERUN = Opt.many(
            "CLASS=N",
            () -> "Separate rerun limit for failures of this class: " + String.join(", ", rerunnable()) + ".",
            "--rerun");
    private static final Opt<Optional<Boolean>> FLAKY = Opt.one(
            "WORD",
            "How to count a test that failed and then passed in a rerun: pass (default) or fail.",
            Opt.choice(Map.of("pass", false, "fail", true)),
            "--flaky");
    private static final Opt<List<String>> LIMIT = Opt.many(
            "NAME=DURATION",
            () -> "A time limit, as in first-remote=2h. Limits and their defaults: " + limitsAndDefaults() + ".",
            "--limit");
    private static final Opt<Optional<Order>> ORDER = Opt.one(
            "ORDER",
            "given (default), longest: longest duration first, or priority: highest extra-priority first.",
            Opt.choice(Arrays.stream(Order.values()).collect(Collectors.toMap(Order::toString, order -> order))),
            "--order");
    private static final Opt<Optional<Integer>> SPARES = Opt.one(
            "N",
            "When no test is waiting, keep up to N machines for tests that may be rerun (default: 0).",
            RunOptions::count,
            "--spares");
    private static final Opt<Optional<Boolean>> DEBUG_SHELL = Opt.one(
            "WHEN",
            "on-failure: open a shell where a test failed, before its machine is released. Needs a terminal.",
            Opt.choice(Map.of("on-failure", true, "never", false)),
            "--debug-shell");
    private static final Opt<Boolean> ONE_MACHINE = Opt.flag(
            "Run all tests on one machine, one after the other, in their order; it is kept after a test failed.",
            "--one-machine");

    static void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        describeMachines(spec);
        Opt.addAll(spec, PLATFORM, RERUNS, RERUN, FLAKY);
        JudgingOptions.describe(spec);
        Opt.addAll(spec, LIMIT, ORDER, SPARES, OUTPUT);
        OutputOptions.describe(spec);
        DEBUG_SHELL.addTo(spec);
        ViewOptions.describe(spec);
        ONE_MACHINE.addTo(spec);
        LimitOptions.describe(spec);
        DRY_RUN.addTo(spec);
    }

    /** Returns the same for another run directory, without reports, which exist already. */
    public RunOptions in(Optional<Path> directory, boolean onlySay) {
        return with(selection, machines, platform, OutputOptions.NONE, directory, onlySay);
    }

    /** Returns the same with the machines that were decided on. */
    public RunOptions on(MachineChoice choice) {
        String label = platform.isEmpty() ? choice.kinds() : platform;
        return with(selection, choice, label, outputs, output, dryRun);
    }

    /** Returns the same for another plan, in another directory. */
    RunOptions of(SelectionOptions other, Optional<Path> directory) {
        return with(other, machines, platform, outputs, directory, dryRun);
    }

    private RunOptions with(
            SelectionOptions tests,
            MachineChoice choice,
            String label,
            OutputOptions reports,
            Optional<Path> directory,
            boolean onlySay) {
        return new RunOptions(
                tests,
                environment,
                choice,
                label,
                reruns,
                limits,
                order,
                spares,
                testLimits,
                judging,
                beakerlib,
                flakyFails,
                debugShell,
                view,
                reports,
                directory,
                onlySay);
    }

    private static List<String> rerunnable() {
        return FailureClass.words().stream()
                .filter(word -> !word.equals(FailureClass.CANCELLED.word()))
                .toList();
    }

    private static String limitsAndDefaults() {
        return Arrays.stream(Limit.values())
                .map(limit -> limit.label() + "="
                        + DurationText.print(Limits.defaults().of(limit)))
                .collect(Collectors.joining(", "));
    }

    /** Adds options about machines and what is the same on all of them. */
    public static void describeMachines(CommandSpec spec) {
        Opt.addAll(spec, ENV, ENV_FILE, PROVISION, BEAKERLIB);
    }

    /** Returns the kinds of machines with their options, each on its own line. */
    private static String kinds() {
        try {
            StringBuilder text = new StringBuilder();
            for (ProvisionerFactory factory : MachineKinds.all().factories()) {
                text.append("\n  ").append(factory.kind());
                factory.aliases().forEach(alias -> text.append(", ").append(alias));
                text.append(": ").append(factory.summary());
                for (ProvisionerFactory.Option option : factory.options()) {
                    text.append("\n    ")
                            .append(option.name())
                            .append('=')
                            .append(option.value())
                            .append(": ")
                            .append(option.description());
                }
            }
            return text.toString();
        } catch (UsageException e) {
            return "\n  " + e.getMessage();
        }
    }

    /**
     * Reads the options of a command line.
     *
     * @param surroundings the environment of this process
     */
    static RunOptions of(ParseResult options, Map<String, String> surroundings) throws UsageException {
        MachineChoice machines = MachineChoice.of(PROVISION.of(options), surroundings, ONE_MACHINE.of(options));
        Map<String, String> variables = environment(options);
        return new RunOptions(
                SelectionOptions.of(options).with(variables),
                variables,
                machines,
                platform(options, machines),
                RerunLimits.of(RERUNS.of(options).orElse(0), rerunsByClass(RERUN.of(options))),
                limits(LIMIT.of(options)),
                ORDER.of(options).orElse(Order.GIVEN),
                SPARES.of(options).orElse(0),
                LimitOptions.of(options),
                JudgingOptions.of(options),
                BEAKERLIB.of(options).orElse(BeakerlibTests.BY_FRAMEWORK),
                FLAKY.of(options).orElse(false),
                DEBUG_SHELL.of(options).orElse(false),
                ViewOptions.of(options),
                OutputOptions.of(options),
                OUTPUT.of(options),
                DRY_RUN.of(options));
    }

    /** Reads the options of {@code atex shell}; the others have their defaults. */
    public static RunOptions ofShell(ParseResult options, Map<String, String> surroundings) throws UsageException {
        Map<String, String> variables = environment(options);
        return new RunOptions(
                SelectionOptions.of(options).with(variables),
                variables,
                MachineChoice.of(PROVISION.of(options), surroundings, false),
                "",
                RerunLimits.of(0, Map.of()),
                Limits.defaults(),
                Order.GIVEN,
                0,
                ControlLimits.DEFAULT,
                JudgingOptions.USUAL,
                BEAKERLIB.of(options).orElse(BeakerlibTests.BY_FRAMEWORK),
                false,
                false,
                ViewOptions.USUAL,
                OutputOptions.NONE,
                Optional.empty(),
                false);
    }

    private static Map<String, String> environment(ParseResult options) throws UsageException {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String file : ENV_FILE.of(options)) {
            variables.putAll(EnvironmentFile.read(Options.file("--env-file", file)));
            Secrets.hide(variables);
        }
        for (String text : ENV.of(options)) {
            if (text.startsWith("@")) {
                Map<String, String> those = EnvironmentFile.readAny(Options.file("--env " + text, text.substring(1)));
                Secrets.hide(those);
                variables.putAll(those);
                continue;
            }
            Map.Entry<String, String> variable = Options.keyValue("--env", text, "--env GREETING=hello");
            variables.put(EnvironmentFile.name("--env '" + text + "'", variable.getKey()), variable.getValue());
            Secrets.hidePlain(variable.getKey(), variable.getValue());
        }
        return variables;
    }

    private static String platform(ParseResult options, MachineChoice machines) throws UsageException {
        String label = PLATFORM.of(options).orElse(machines.kinds());
        if (label.isEmpty() && PLATFORM.isGiven(options)) {
            throw new UsageException("--platform: the value is empty");
        }
        return label;
    }

    static int count(String option, String text) throws UsageException {
        return count(option, text, 0);
    }

    static int count(String option, String text, int least) throws UsageException {
        try {
            int count = Integer.parseInt(text);
            if (count >= least) {
                return count;
            }
        } catch (NumberFormatException e) {
            throw new UsageException(option + " " + text + ": it must be a whole number, " + least + " or more", e);
        }
        throw new UsageException(option + " " + text + ": it must be a whole number, " + least + " or more");
    }

    private static Map<FailureClass, Integer> rerunsByClass(List<String> texts) throws UsageException {
        Map<FailureClass, Integer> reruns = new EnumMap<>(FailureClass.class);
        for (String text : texts) {
            Map.Entry<String, String> rule = Options.keyValue("--rerun", text, "--rerun infra-connection=2");
            String word = rule.getKey();
            if (word.equals(FailureClass.CANCELLED.word())) {
                throw new UsageException(
                        "--rerun " + text + ": canceled tests are not rerun in the same run; 'atex resume' runs them");
            }
            if (!rerunnable().contains(word)) {
                throw new UsageException(
                        "--rerun " + text + ": unknown failure class" + Suggestion.among(word, rerunnable()));
            }
            reruns.put(FailureClass.of(word), count("--rerun " + word, rule.getValue()));
        }
        return reruns;
    }

    private static Limits limits(List<String> texts) throws UsageException {
        Limits limits = Limits.defaults();
        for (String text : texts) {
            Map.Entry<String, String> rule = Options.keyValue("--limit", text, "--limit run=2h");
            String label = rule.getKey();
            if (!Limit.labels().contains(label)) {
                throw new UsageException(
                        "--limit " + text + ": unknown limit" + Suggestion.among(label, Limit.labels()));
            }
            try {
                limits = limits.with(Limit.of(label), Options.duration("--limit " + label, rule.getValue()));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new UsageException("--limit " + text + ": " + e.getMessage(), e);
            }
        }
        return limits;
    }

    /** The order in which tests start. */
    public enum Order {
        GIVEN("given"),
        LONGEST("longest"),
        PRIORITY("priority");

        private final String word;

        Order(String word) {
            this.word = word;
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
