package dev.atex.testingfarm.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The requested machine.
 *
 * @param choices the alternatives, the best first; at least one
 * @param hardware hardware requirements in the format of the service
 * @param kickstart options of the installation
 * @param artifacts artifacts to install, each with {@code type} and {@code id}
 * @param tags more tags of the machine
 * @param skipGuestSetup whether the service skips its preparation
 * @param postInstall a script that runs at the first boot
 * @param watchdogDispatch seconds until the service starts to check that it is alive
 * @param watchdogPeriod seconds between two of these checks
 * @param tmtContext context dimensions for tmt in the service
 * @param tmtEnvironment variables for tmt in the service
 */
public record MachineRequest(
        List<Choice> choices,
        Optional<Map<String, @Nullable Object>> hardware,
        Map<String, String> kickstart,
        List<Map<String, @Nullable Object>> artifacts,
        Map<String, String> tags,
        boolean skipGuestSetup,
        Optional<String> postInstall,
        OptionalInt watchdogDispatch,
        OptionalInt watchdogPeriod,
        Map<String, String> tmtContext,
        Map<String, String> tmtEnvironment) {
    public static final String OUR_TAGS = "atex-";
    static final String POST_INSTALL = "post-install-script";

    private static final String USUAL_ARCH = "x86_64";

    /** Reads the options. */
    static MachineRequest of(ProvisionerSpec spec) throws InvalidOptionException {
        Map<String, String> tags = OptionReader.pairs(spec, "tags");
        for (String tag : tags.keySet()) {
            if (tag.startsWith(OUR_TAGS)) {
                throw OptionReader.wrong(
                        "tags", "'" + tag + "': tags that begin with '" + OUR_TAGS + "' are reserved for ATEX");
            }
        }
        Optional<String> script = spec.text(POST_INSTALL);
        return new MachineRequest(
                choices(spec),
                Hardware.of(spec),
                OptionReader.pairs(spec, "kickstart"),
                ArtifactsOption.of(spec),
                tags,
                spec.flag("skip-guest-setup", false),
                script.isEmpty()
                        ? Optional.empty()
                        : Optional.of(OptionReader.content(POST_INSTALL, OptionReader.absolute(script.get()))),
                OptionReader.seconds(spec, "watchdog-dispatch-delay"),
                OptionReader.seconds(spec, "watchdog-period-delay"),
                OptionReader.pairs(spec, "tmt-context"),
                OptionReader.pairs(spec, "tmt-environment"));
    }

    /** Returns all combinations. The pool varies first, then the ranch, the architecture and the compose. */
    private static List<Choice> choices(ProvisionerSpec spec) throws InvalidOptionException {
        String _ = spec.required("compose");
        List<String> arches = OptionReader.alternatives(spec, "arch");
        List<String> tokens = OptionReader.tokens(spec);
        List<String> pools = OptionReader.alternatives(spec, "pool");
        List<Choice> choices = new ArrayList<>();
        for (String compose : OptionReader.alternatives(spec, "compose")) {
            for (String arch : arches.isEmpty() ? List.of(USUAL_ARCH) : arches) {
                for (String token : tokens) {
                    if (pools.isEmpty()) {
                        choices.add(new Choice(compose, arch, token, Optional.empty()));
                    }
                    pools.forEach(pool -> choices.add(new Choice(compose, arch, token, Optional.of(pool))));
                }
            }
        }
        return choices;
    }

    /** Returns {@code settings.provisioning}, without rules about addresses. */
    public Map<String, @Nullable Object> provisioning() {
        Map<String, @Nullable Object> provisioning = new LinkedHashMap<>();
        postInstall.ifPresent(script -> provisioning.put("post_install_script", script));
        watchdogDispatch.ifPresent(seconds -> provisioning.put("watchdog-dispatch-delay", seconds));
        watchdogPeriod.ifPresent(seconds -> provisioning.put("watchdog-period-delay", seconds));
        return provisioning;
    }
}
