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
 * What machine is asked for.
 *
 * @param choices which will do, the best first; at least one
 * @param hardware what it must have, as the service understands it
 * @param kickstart how it is installed
 * @param artifacts what the service installs on it, each with {@code type} and {@code id}
 * @param tags of it, besides ours
 * @param skipGuestSetup whether the service leaves its own preparation out
 * @param postInstall a script that is run when it boots first
 * @param watchdogDispatch seconds after which the service begins to look whether it is alive
 * @param watchdogPeriod seconds between two such looks
 * @param tmtContext for tmt on the service's side
 * @param tmtEnvironment the same
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
                        "tags", "'" + tag + "': tags that begin with '" + OUR_TAGS + "' say whose a machine is");
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

    /** All that goes together: another pool is tried before another ranch, that before another architecture, and that before another compose. */
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

    /** What belongs into {@code settings.provisioning}, without rules about addresses. */
    public Map<String, @Nullable Object> provisioning() {
        Map<String, @Nullable Object> provisioning = new LinkedHashMap<>();
        postInstall.ifPresent(script -> provisioning.put("post_install_script", script));
        watchdogDispatch.ifPresent(seconds -> provisioning.put("watchdog-dispatch-delay", seconds));
        watchdogPeriod.ifPresent(seconds -> provisioning.put("watchdog-period-delay", seconds));
        return provisioning;
    }
}
