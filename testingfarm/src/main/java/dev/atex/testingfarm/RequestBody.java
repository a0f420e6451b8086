package dev.atex.testingfarm;

import dev.atex.testingfarm.options.Choice;
import dev.atex.testingfarm.options.FarmSettings;
import dev.atex.testingfarm.options.IpRange;
import dev.atex.testingfarm.options.MachineRequest;
import dev.atex.testingfarm.options.ReserveTest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The body of the request for one machine. */
final class RequestBody {
    /** The tag with the lease id. */
    static final String LEASE = MachineRequest.OUR_TAGS + "lease";

    private static final String RUN = MachineRequest.OUR_TAGS + "run";
    private static final String DURATION = "TF_RESERVATION_DURATION";
    private static final String KEYS = "TF_RESERVATION_AUTHORIZED_KEYS_BASE64";
    /** The seconds for which tmt waits for a machine that restarts before it gives up the test, and so the machine. */
    private static final String REBOOT = "TMT_REBOOT_TIMEOUT";

    private static final int SECONDS = 60;

    private RequestBody() {}

    /**
     * Builds the body.
     *
     * @param addresses our addresses, if the machine needs a rule to admit them
     */
    static Map<String, @Nullable Object> of(
            FarmSettings settings, Choice choice, LoginKey key, List<IpRange> addresses, String runId, String leaseId) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        ReserveTest test = settings.test();
        Map<String, @Nullable Object> fmf = new LinkedHashMap<>();
        fmf.put("url", test.url());
        fmf.put("ref", test.ref());
        fmf.put("path", test.path());
        fmf.put("name", test.name());
        body.put("test", Map.of("fmf", fmf));
        body.put("environments", List.of(environment(settings, choice, key, addresses, runId, leaseId)));
        body.put("settings", Map.of("pipeline", Map.of("timeout", settings.minutes())));
        return body;
    }

    private static Map<String, @Nullable Object> environment(
            FarmSettings settings, Choice choice, LoginKey key, List<IpRange> addresses, String runId, String leaseId) {
        MachineRequest wish = settings.wish();
        Map<String, @Nullable Object> environment = new LinkedHashMap<>();
        environment.put("arch", choice.arch());
        environment.put("os", Map.of("compose", choice.compose()));
        choice.pool().ifPresent(pool -> environment.put("pool", pool));
        wish.hardware().ifPresent(hardware -> environment.put("hardware", hardware));
        if (!wish.kickstart().isEmpty()) {
            environment.put("kickstart", wish.kickstart());
        }
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put(DURATION, Integer.toString(settings.minutes())); // otherwise the test ends after 30 minutes
        variables.putAll(settings.test().variables());
        environment.put("variables", variables);
        environment.put("tmt", tmt(settings));
        if (!wish.artifacts().isEmpty()) {
            environment.put("artifacts", wish.artifacts());
        }
        String line = key.publicKey() + " foo@bar\n";
        environment.put(
                "secrets", Map.of(KEYS, Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.UTF_8))));
        Map<String, @Nullable Object> of = new LinkedHashMap<>();
        Map<String, @Nullable Object> provisioning = wish.provisioning();
        provisioning.putAll(settings.securityGroup().provisioning(addresses));
        provisioning.put("tags", tags(wish, runId, leaseId));
        of.put("provisioning", provisioning);
        if (wish.skipGuestSetup()) {
            of.put("pipeline", Map.of("skip_guest_setup", true));
        }
        environment.put("settings", of);
        return environment;
    }

    /** By default tmt gives up a machine that is away for ten minutes. Ours may be away until its time is over. */
    private static Map<String, @Nullable Object> tmt(FarmSettings settings) {
        Map<String, @Nullable Object> environment = new LinkedHashMap<>();
        environment.put(REBOOT, Integer.toString(settings.minutes() * SECONDS));
        environment.putAll(settings.wish().tmtEnvironment());
        Map<String, @Nullable Object> tmt = new LinkedHashMap<>();
        if (!settings.wish().tmtContext().isEmpty()) {
            tmt.put("context", settings.wish().tmtContext());
        }
        tmt.put("environment", environment);
        return tmt;
    }

    private static Map<String, @Nullable Object> tags(MachineRequest wish, String runId, String leaseId) {
        Map<String, @Nullable Object> tags = new LinkedHashMap<>();
        tags.put("ArtemisUseSpot", "false");
        tags.putAll(wish.tags());
        tags.put(RUN, runId);
        tags.put(LEASE, leaseId);
        return tags;
    }
}
