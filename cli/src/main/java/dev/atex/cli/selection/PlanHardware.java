package dev.atex.cli.selection;

import dev.atex.cli.command.UsageException;
import dev.atex.executor.fmf.findings.Finding;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.internal.json.Json;
import dev.atex.provisioner.ProvisionerFactory;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The hardware that a plan asks for: it goes to machines that can be asked for some, unless the user has said which.
 */
public final class PlanHardware {
    /** The option of provisioners, and the key of plans. */
    private static final String NAME = "hardware";

    private PlanHardware() {}

    /** Returns the same machines, requested with the hardware of the plan. */
    public static MachineChoice in(MachineChoice machines, FmfPlan plan) throws UsageException {
        Optional<String> wanted = of(plan);
        if (wanted.isEmpty()) {
            return machines;
        }
        List<ProvisionerSpec> specs = new ArrayList<>();
        for (ProvisionerSpec spec : machines.specs()) {
            specs.add(takes(spec) ? with(spec, wanted.get()) : spec);
        }
        return new MachineChoice(specs, machines.told(), machines.installs(), machines.one());
    }

    /**
     * Returns whether a finding is about hardware with which all of these machines are requested, so that it is obsolete.
     */
    static boolean isMet(Finding finding, MachineChoice machines) {
        return finding.kind().equals(NAME)
                && !machines.specs().isEmpty()
                && machines.specs().stream().allMatch(spec -> spec.text(NAME).isPresent());
    }

    private static ProvisionerSpec with(ProvisionerSpec spec, String hardware) {
        Map<String, String> options = new LinkedHashMap<>(spec.options());
        options.put(NAME, hardware);
        return new ProvisionerSpec(spec.kind(), options);
    }

    private static boolean takes(ProvisionerSpec spec) throws UsageException {
        if (spec.text(NAME).isPresent()) {
            return false;
        }
        return MachineKinds.all().factories().stream()
                .filter(factory -> factory.kind().equals(spec.kind()))
                .map(ProvisionerFactory::options)
                .flatMap(List::stream)
                .anyMatch(option -> option.name().equals(NAME));
    }

    /** Returns the hardware as JSON; empty if the plan requests none, or that of several machines. */
    private static Optional<String> of(FmfPlan plan) throws UsageException {
        Object provision = plan.data().get("provision");
        if (provision instanceof List<?> phases && phases.size() == 1) {
            provision = phases.getFirst();
        }
        if (provision instanceof Map<?, ?> phase && phase.get(NAME) instanceof Map<?, ?> hardware) {
            return Optional.of(Json.write(MetadataJson.of(hardware)));
        }
        return Optional.empty();
    }
}
