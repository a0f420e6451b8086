package dev.atex.cli.selection;

import dev.atex.cli.command.Options;
import dev.atex.executor.fmf.plan.Ansible;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * What comes of what is wrong in metadata, or is not obeyed.
 *
 * @param strict nothing is run then
 * @param allowed kinds that stop nothing
 * @param playbooks whether root runs playbooks of Ansible, which can change this host
 */
public record Strictness(boolean strict, List<String> allowed, boolean playbooks) {
    /** Nothing was said. */
    public static final Strictness USUAL = new Strictness(false, List.of(), false);

    /** Copies its arguments. */
    public Strictness {
        allowed = List.copyOf(allowed);
    }

    /** Whether the plan's playbooks are left out, as the user has allowed. */
    public boolean leavesPlaybooksOut() {
        return allowed.contains(Ansible.KIND);
    }

    static void describe(CommandSpec spec) {
        spec.addOption(Options.flag(
                "Run nothing (exit code 2) if anything is told about the metadata: a mistake, or what is not obeyed.",
                "--strict"));
        spec.addOption(Options.many(
                "KIND",
                "Go on where metadata ask for something of this kind that cannot be done; the message names it. "
                        + "With --strict: what is told of this kind stops nothing.",
                "--allow"));
        spec.addOption(Options.flag(
                "As root: run the plan's playbooks of Ansible. They are run on this host, and can have tasks for it.",
                "--ansible"));
    }

    static Strictness of(ParseResult options) {
        return new Strictness(
                options.hasMatchedOption("--strict"),
                Options.all(options, "--allow"),
                options.hasMatchedOption("--ansible"));
    }
}
