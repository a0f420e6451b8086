package dev.atex.cli.selection;

import dev.atex.cli.command.UsageException;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The choice of machines.
 *
 * @param specs none if the user did not say, and nobody has decided yet
 * @param told whether the user said so
 * @param installs whether packages that tests want are installed where they are missing
 * @param one whether all tests run on one machine, one after the other
 */
public record MachineChoice(List<ProvisionerSpec> specs, boolean told, boolean installs, boolean one) {
    /** The variable that says where machines come from if the command line does not. */
    public static final String VARIABLE = "ATEX_PROVISION";

    public static final String LOCAL = "local";

    /** The choice of a command that uses no machines. */
    static final MachineChoice NONE = new MachineChoice(List.of(), false, true, false);

    /** Copies its arguments. */
    public MachineChoice {
        specs = List.copyOf(specs);
    }

    /** Returns the user's choice: {@code --provision}, else the variable. */
    public static MachineChoice of(List<String> options, Map<String, String> environment, boolean one)
            throws UsageException {
        String variable = environment.getOrDefault(VARIABLE, "");
        List<ProvisionerSpec> specs = new ArrayList<>();
        for (String text : options) {
            specs.add(parse("--provision ", text));
        }
        if (options.isEmpty() && !variable.isEmpty()) {
            specs.add(parse(VARIABLE + "=", variable));
        }
        specs.forEach(spec -> MachineSecrets.hide(spec, environment));
        if (one && specs.size() > 1) {
            throw new UsageException(
                    "--one-machine: " + specs.size() + " times --provision give more than one machine; give it once");
        }
        return new MachineChoice(specs, !specs.isEmpty(), true, one);
    }

    public static ProvisionerSpec parse(String where, String text) throws UsageException {
        try {
            return ProvisionerSpec.parse(text);
        } catch (InvalidOptionException e) {
            throw new UsageException(where + text + ": " + e.getMessage(), e);
        }
    }

    /** Returns the same with a machine that the rules have chosen. */
    public MachineChoice on(ProvisionerSpec spec, boolean installing) {
        return new MachineChoice(List.of(spec), false, installing, one);
    }

    /** {@code "local+podman"}. */
    public String kinds() {
        return specs.stream().map(ProvisionerSpec::kind).distinct().collect(Collectors.joining("+"));
    }

    public boolean isThisHost() {
        return specs.stream().allMatch(spec -> spec.kind().equals(LOCAL));
    }

    /** Returns the text for users. */
    @Override
    public String toString() {
        return specs.stream().map(ProvisionerSpec::toString).collect(Collectors.joining(" and "));
    }
}
