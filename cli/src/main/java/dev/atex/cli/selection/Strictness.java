package dev.atex.cli.selection;

import dev.atex.cli.command.Opt;
import dev.atex.cli.command.UsageException;
import dev.atex.executor.fmf.plan.Ansible;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * The options for errors in metadata, and for keys that atex ignores.
 *
 * @param strict nothing is run then
 * @param allowed kinds that stop nothing
 * @param playbooks whether root runs playbooks of Ansible, which can change this host
 */
public record Strictness(boolean strict, List<String> allowed, boolean playbooks) {
    private static final Opt<Boolean> STRICT = Opt.flag(
            "Run nothing (exit code 2) if there is any note about the metadata: an error in them, or something that atex"
                    + " ignores.",
            "--strict");
    private static final Opt<List<String>> ALLOW = Opt.many(
            "KIND",
            "Continue although the metadata ask for something of this kind that atex cannot do; the message names the kind."
                    + " With --strict, also ignore notes of this kind.",
            "--allow");
    private static final Opt<Boolean> ANSIBLE = Opt.flag(
            "As root, run the plan's Ansible playbooks. They run on this host, and may contain tasks for it.",
            "--ansible");

    /** The defaults. */
    public static final Strictness USUAL = new Strictness(false, List.of(), false);

    /** Copies its arguments. */
    public Strictness {
        allowed = List.copyOf(allowed);
    }

    /** Returns whether the user allows to leave out the plan's playbooks. */
    public boolean leavesPlaybooksOut() {
        return allowed.contains(Ansible.KIND);
    }

    static void describe(CommandSpec spec) {
        Opt.addAll(spec, STRICT, ALLOW, ANSIBLE);
    }

    static Strictness of(ParseResult options) throws UsageException {
        return new Strictness(STRICT.of(options), ALLOW.of(options), ANSIBLE.of(options));
    }
}
