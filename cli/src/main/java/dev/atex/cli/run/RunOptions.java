package dev.atex.cli.run;

import dev.atex.cli.command.Options;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.log.Secrets;
import dev.atex.cli.report.JudgingOptions;
import dev.atex.cli.report.OutputOptions;
import dev.atex.cli.selection.MachineChoice;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.state.RunDirectory;
import dev.atex.executor.FailureClass;
import dev.atex.executor.fmf.test.BeakerlibTests;
import dev.atex.executor.fmf.test.ControlLimits;
import dev.atex.internal.text.DurationText;
import dev.atex.internal.text.Suggestion;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.Provisioners;
import dev.atex.run.Limit;
import dev.atex.run.Limits;
import dev.atex.run.RerunLimits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * What {@code atex run} was asked for.
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

    static void describe(CommandSpec spec) {
        SelectionOptions.describe(spec);
        describeMachines(spec);
        spec.addOption(Options.one("LABEL", "The platform in results (default: the kind of machine).", "--platform"));
        spec.addOption(Options.one("N", "Run a failed test again, at most N times (default: 0).", "--reruns"));
        spec.addOption(Options.many(
                "CLASS=N",
                "Another number for tests that fail in this way, counted on its own: " + String.join(", ", rerunnable())
                        + ".",
                "--rerun"));
        spec.addOption(Options.one(
                "WORD",
                "What a test counts as that failed and passed when it was run again: pass (default) or fail.",
                "--flaky"));
        JudgingOptions.describe(spec);
        spec.addOption(Options.many(
                "NAME=DURATION",
                "How long to wait at most, as in first-remote=2h. The limits and their defaults: " + limitsAndDefaults()
                        + ".",
                "--limit"));
        spec.addOption(Options.one(
                "ORDER",
                "given (default), longest: the longest duration first, or priority: the highest extra-priority first.",
                "--order"));
        spec.addOption(Options.one(
                "N",
                "Keep up to N machines ready when no test waits, for tests that may be run again (default: 0).",
                "--spares"));
        spec.addOption(outputOption());
        OutputOptions.describe(spec);
        spec.addOption(Options.one(
                "WHEN",
                "on-failure: open a shell where a test has failed, before its machine is given back. Needs a terminal.",
                "--debug-shell"));
        ViewOptions.describe(spec);
        spec.addOption(Options.flag(
                "Run all tests on one machine, one after the other, in their order; a failed test does not cost it.",
                "--one-machine"));
        LimitOptions.describe(spec);
        spec.addOption(dryRunOption());
    }

    public static OptionSpec outputOption() {
        return Options.one(
                "DIR",
                "The run directory, to be made (default: " + RunDirectory.USUAL_PARENT + "/TIME-ID).",
                "--output");
    }

    public static OptionSpec dryRunOption() {
        return Options.flag("Say what would be run, in which order, and do nothing.", "--dry-run");
    }

    /** The run directory, if the user chose it. */
    public static Optional<Path> outputOf(ParseResult options) throws UsageException {
        String output = options.matchedOptionValue("--output", null);
        return output == null ? Optional.empty() : Optional.of(Options.path("--output", output));
    }

    /** The same for a run elsewhere, without the reports, which are there already. */
    public RunOptions in(Optional<Path> directory, boolean onlySay) {
        return with(selection, machines, platform, OutputOptions.NONE, directory, onlySay);
    }

    /** The same on machines that were decided on. */
    public RunOptions on(MachineChoice choice) {
        String label = platform.isEmpty() ? choice.kinds() : platform;
        return with(selection, choice, label, outputs, output, dryRun);
    }

    /** The same for another plan, in another directory. */
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

    /** Options about machines and what is the same on all of them. */
    public static void describeMachines(CommandSpec spec) {
        spec.addOption(Options.many(
                "NAME=VALUE|@FILE",
                "A variable for the tests and the plan's scripts, over those of the metadata; or those of a file: YAML if its name "
                        + "ends in .yaml or .yml, else lines NAME=VALUE, quoted as for a shell.",
                "-e",
                "--env"));
        spec.addOption(Options.many(
                "FILE",
                "The same, as lines NAME=VALUE of a file, literally: secrets on a command line can be seen by all users of this host.",
                "--env-file"));
        describeProvision(spec);
        spec.addOption(Options.one(
                "WHICH",
                "Which tests report the phases of Beakerlib: auto (those with 'framework: beakerlib', default), all, none.",
                "--beakerlib"));
    }

    public static void describeProvision(CommandSpec spec) {
        spec.addOption(Options.many(
                "KIND[,OPTION=VALUE]...",
                "Where machines come from (default: ATEX_PROVISION, else what the plan asks for, else this host as far as that is "
                        + "harmless, see docs/commands.md). Given twice, from both; values can be quoted, ',' and ';' escaped by '\\'."
                        + kinds(),
                "--provision"));
    }

    /** The kinds of machines with their options, each on a line of its own. */
    private static String kinds() {
        try {
            StringBuilder text = new StringBuilder();
            for (ProvisionerFactory factory : Provisioners.load().factories()) {
                text.append("\n  ").append(factory.kind()).append(": ").append(factory.summary());
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
        } catch (InvalidOptionException e) {
            return "\n  " + e.getMessage();
        }
    }

    /**
     * What a command line asks for.
     *
     * @param surroundings the environment of this process
     */
    static RunOptions of(ParseResult options, Map<String, String> surroundings) throws UsageException {
        MachineChoice machines = MachineChoice.of(
                Options.all(options, "--provision"), surroundings, options.hasMatchedOption("--one-machine"));
        return new RunOptions(
                SelectionOptions.of(options).with(environment(options)),
                environment(options),
                machines,
                platform(options, machines),
                RerunLimits.of(
                        count("--reruns", options.matchedOptionValue("--reruns", "0")),
                        rerunsByClass(Options.all(options, "--rerun"))),
                limits(Options.all(options, "--limit")),
                Order.of(options.matchedOptionValue("--order", "given")),
                count("--spares", options.matchedOptionValue("--spares", "0")),
                LimitOptions.of(options),
                JudgingOptions.of(options),
                beakerlib(options.matchedOptionValue("--beakerlib", "auto")),
                flakyFails(options),
                debugShell(options),
                ViewOptions.of(options),
                OutputOptions.of(options),
                outputOf(options),
                options.hasMatchedOption("--dry-run"));
    }

    /** What {@code atex shell} was asked for; the rest is as usual. */
    public static RunOptions ofShell(ParseResult options, Map<String, String> surroundings) throws UsageException {
        return new RunOptions(
                SelectionOptions.of(options).with(environment(options)),
                environment(options),
                MachineChoice.of(Options.all(options, "--provision"), surroundings, false),
                "",
                RerunLimits.of(0, Map.of()),
                Limits.defaults(),
                Order.GIVEN,
                0,
                ControlLimits.DEFAULT,
                JudgingOptions.USUAL,
                beakerlib(options.matchedOptionValue("--beakerlib", "auto")),
                false,
                false,
                ViewOptions.USUAL,
                OutputOptions.NONE,
                Optional.empty(),
                false);
    }

    private static BeakerlibTests beakerlib(String word) throws UsageException {
        return switch (word) {
            case "auto" -> BeakerlibTests.BY_FRAMEWORK;
            case "all" -> BeakerlibTests.ALL;
            case "none" -> BeakerlibTests.NONE;
            default ->
                throw new UsageException("--beakerlib " + word + ": there is no such choice"
                        + Suggestion.among(word, List.of("auto", "all", "none")));
        };
    }

    private static boolean debugShell(ParseResult options) throws UsageException {
        String when = options.matchedOptionValue("--debug-shell", "never");
        return switch (when) {
            case "on-failure" -> true;
            case "never" -> false;
            default ->
                throw new UsageException("--debug-shell " + when + ": there is no such choice"
                        + Suggestion.among(when, List.of("on-failure", "never")));
        };
    }

    private static boolean flakyFails(ParseResult options) throws UsageException {
        String word = options.matchedOptionValue("--flaky", "pass");
        return switch (word) {
            case "pass" -> false;
            case "fail" -> true;
            default ->
                throw new UsageException("--flaky " + word + ": there is no such choice"
                        + Suggestion.among(word, List.of("pass", "fail")));
        };
    }

    private static Map<String, String> environment(ParseResult options) throws UsageException {
        Map<String, String> variables = new LinkedHashMap<>();
        for (String file : Options.all(options, "--env-file")) {
            variables.putAll(EnvironmentFile.read(Options.file("--env-file", file)));
        }
        for (String text : Options.all(options, "--env")) {
            if (text.startsWith("@")) {
                variables.putAll(EnvironmentFile.readAny(Options.file("--env " + text, text.substring(1))));
                continue;
            }
            Map.Entry<String, String> variable = Options.keyValue("--env", text, "--env GREETING=hello");
            variables.put(EnvironmentFile.name("--env '" + text + "'", variable.getKey()), variable.getValue());
        }
        Secrets.hide(variables);
        return variables;
    }

    private static String platform(ParseResult options, MachineChoice machines) throws UsageException {
        return options.hasMatchedOption("--platform")
                ? notEmpty("--platform", options.matchedOptionValue("--platform", ""))
                : machines.kinds();
    }

    private static String notEmpty(String option, String value) throws UsageException {
        if (value.isEmpty()) {
            throw new UsageException(option + ": the value is empty");
        }
        return value;
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
                        "--rerun " + text + ": what was cancelled is run again by 'atex resume', not in the same run");
            }
            if (!rerunnable().contains(word)) {
                throw new UsageException("--rerun " + text + ": there is no such class of failures"
                        + Suggestion.among(word, rerunnable()));
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
                        "--limit " + text + ": there is no such limit" + Suggestion.among(label, Limit.labels()));
            }
            try {
                limits = limits.with(Limit.of(label), Options.duration("--limit " + label, rule.getValue()));
            } catch (IllegalArgumentException | ArithmeticException e) {
                throw new UsageException("--limit " + text + ": " + e.getMessage(), e);
            }
        }
        return limits;
    }

    /** In which order tests are begun. */
    public enum Order {
        GIVEN("given"),
        LONGEST("longest"),
        PRIORITY("priority");

        private final String word;

        Order(String word) {
            this.word = word;
        }

        static Order of(String word) throws UsageException {
            List<String> known = new ArrayList<>();
            for (Order order : values()) {
                if (order.word.equals(word)) {
                    return order;
                }
                known.add(order.word);
            }
            throw new UsageException("--order " + word + ": there is no such order" + Suggestion.among(word, known));
        }

        @Override
        public String toString() {
            return word;
        }
    }
}
