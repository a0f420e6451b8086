package dev.atex.testingfarm;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is submitted for one machine. */
final class RequestBody {
    /** The tag with the id of the lease. */
    static final String LEASE = FarmSettings.OUR_TAGS + "lease";

    private static final String RUN = FarmSettings.OUR_TAGS + "run";
    private static final String DURATION = "TF_RESERVATION_DURATION";
    private static final String KEYS = "TF_RESERVATION_AUTHORIZED_KEYS_BASE64";
    private static final int LARGEST_PORT = 65535;

    private RequestBody() {}

    /**
     * Makes it.
     *
     * @param address ours, if the machine must be told to let it in
     */
    static Map<String, @Nullable Object> of(
            FarmSettings settings, LoginKey key, Optional<String> address, String runId, String leaseId) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        ReserveTest test = settings.test();
        Map<String, @Nullable Object> fmf = new LinkedHashMap<>();
        fmf.put("url", test.url());
        fmf.put("ref", test.ref());
        fmf.put("path", test.path());
        fmf.put("name", test.name());
        body.put("test", Map.of("fmf", fmf));
        body.put("environments", List.of(environment(settings, key, address, runId, leaseId)));
        body.put("settings", Map.of("pipeline", Map.of("timeout", settings.minutes())));
        return body;
    }

    private static Map<String, @Nullable Object> environment(
            FarmSettings settings, LoginKey key, Optional<String> address, String runId, String leaseId) {
        Map<String, @Nullable Object> environment = new LinkedHashMap<>();
        environment.put("arch", settings.arch());
        environment.put("os", Map.of("compose", settings.compose()));
        settings.pool().ifPresent(pool -> environment.put("pool", pool));
        settings.hardware().ifPresent(hardware -> environment.put("hardware", hardware));
        if (!settings.kickstart().isEmpty()) {
            environment.put("kickstart", settings.kickstart());
        }
        Map<String, @Nullable Object> variables = new LinkedHashMap<>();
        variables.put(DURATION, Integer.toString(settings.minutes())); // else the test ends after half an hour
        variables.putAll(settings.variables());
        environment.put("variables", variables);
        if (!settings.artifacts().isEmpty()) {
            environment.put("artifacts", settings.artifacts());
        }
        String line = key.publicKey() + " foo@bar\n";
        environment.put(
                "secrets", Map.of(KEYS, Base64.getEncoder().encodeToString(line.getBytes(StandardCharsets.UTF_8))));
        Map<String, @Nullable Object> of = new LinkedHashMap<>();
        of.put("provisioning", provisioning(settings, address, runId, leaseId));
        if (settings.skipGuestSetup()) {
            of.put("pipeline", Map.of("skip_guest_setup", true));
        }
        environment.put("settings", of);
        return environment;
    }

    private static Map<String, @Nullable Object> provisioning(
            FarmSettings settings, Optional<String> address, String runId, String leaseId) {
        Map<String, @Nullable Object> provisioning = new LinkedHashMap<>();
        Map<String, @Nullable Object> tags = new LinkedHashMap<>();
        tags.put("ArtemisUseSpot", "false");
        tags.putAll(settings.tags());
        tags.put(RUN, runId);
        tags.put(LEASE, leaseId);
        provisioning.put("tags", tags);
        if (address.isPresent()) {
            Map<String, @Nullable Object> rule = new LinkedHashMap<>();
            rule.put("type", "ingress");
            rule.put("protocol", "-1");
            rule.put("cidr", address.get() + "/32");
            rule.put("port_min", 0);
            rule.put("port_max", LARGEST_PORT);
            provisioning.put("security_group_rules_ingress", List.of(rule));
        }
        return provisioning;
    }
}
