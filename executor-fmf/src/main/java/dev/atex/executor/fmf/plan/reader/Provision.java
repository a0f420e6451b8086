package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.KnownKeys;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.plan.PlanMachine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The machine that a plan requests, in terms of ATEX's provisioners.
 *
 * @param guests what the one machine is, at least one
 */
public record Provision(PlanMachine machine, List<PlanMachine.Guest> guests) {
    private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@+-]*");
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:-]*");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_\\[][A-Za-z0-9_.:\\[\\]%-]*");

    private static final Set<String> ELSEWHERE = Set.of(
            "virtual",
            "virtual.testcloud",
            "artemis",
            "beaker",
            "minute",
            "mrack",
            "openstack",
            "bootc",
            "mock",
            "gcp");

    /** Reads the step. */
    public static Provision read(PlanScope scope, Map<String, @Nullable Object> plan) throws DiscoveryException {
        List<PhaseData> phases = new ArrayList<>();
        for (PhaseData phase : scope.phases(plan, "provision")) {
            // 'where' is no key of guests: it selects them
            if (!phase.has("when") || scope.holds(phase, phase.get("when"))) {
                phases.add(phase);
            } else {
                phase.note("off", "when", "a provision phase is off: its 'when' does not hold in this context");
            }
        }
        if (phases.isEmpty()) {
            return new Provision(new PlanMachine.Unspecified(), List.of(PlanMachine.Guest.USUAL));
        }
        List<PlanMachine.Guest> guests = new ArrayList<>();
        for (PhaseData phase : phases) {
            phase.checkKeys(KnownKeys.PROVISION);
            int _ = phase.order(); // for its check: there is one machine
            tell(phase, "hardware");
            tell(phase, "kickstart");
            guests.add(new PlanMachine.Guest(
                    phase.name(),
                    phase.text("role").orElse(""),
                    phase.read("environment", value -> expanded(scope, Metadata.environment(value)))));
        }
        if (phases.size() > 1) {
            String names = phases.stream().map(PhaseData::name).collect(Collectors.joining(", "));
            String text = "the plan needs several machines that know each other: " + names
                    + "; --allow multihost with --provision runs it on one machine that has all these names and roles";
            phases.get(1).refuse("multihost", "name", text);
            return new Provision(new PlanMachine.Unavailable("multihost", text), guests);
        }
        return new Provision(machine(phases.getFirst()), guests);
    }

    /** Returns the names and roles by which {@code where} selects. */
    public Set<String> namesAndRoles() {
        Set<String> all = new LinkedHashSet<>();
        for (PlanMachine.Guest guest : guests) {
            all.add(guest.name());
            if (!guest.role().isEmpty()) {
                all.add(guest.role());
            }
        }
        return all;
    }

    private static Map<String, String> expanded(PlanScope scope, Map<String, String> variables) {
        Map<String, String> made = new LinkedHashMap<>();
        variables.forEach((name, value) -> made.put(name, scope.expansion().variable(name, value)));
        return made;
    }

    private static void tell(PhaseData phase, String key) {
        if (phase.get(key) != null) {
            phase.note(key, key, "the plan asks for a machine with '" + key + "', which atex ignores");
        }
    }

    private static PlanMachine machine(PhaseData phase) throws DiscoveryException {
        Optional<String> how = phase.text("how");
        String word = how.orElse("");
        if (word.isEmpty() || word.equals("container")) {
            for (String key : List.of("hardware", "kickstart")) {
                if (phase.get(key) != null) {
                    return unavailable(
                            key,
                            asks(word) + " with '" + key + "', which a machine that atex chooses does not guarantee");
                }
            }
        }
        return switch (word) {
            case "" -> new PlanMachine.Unspecified();
            case "local" -> new PlanMachine.ThisHost();
            case "container" -> container(phase);
            case "connect" -> host(phase);
            default ->
                unavailable(
                        ELSEWHERE.contains(word) ? "provision" : "how", asks(word) + ", which atex does not provide");
        };
    }

    private static String asks(String how) {
        return "the plan asks for a machine" + (how.isEmpty() ? "" : " by 'how: " + how + "'");
    }

    private static PlanMachine.Unavailable unavailable(String kind, String text) {
        return new PlanMachine.Unavailable(
                kind,
                text + "; choose a machine with --provision testingfarm,compose=... or --provision ssh,hosts=...");
    }

    private static PlanMachine container(PhaseData phase) throws DiscoveryException {
        String image = phase.address("image").orElse("fedora");
        if (!IMAGE.matcher(image).matches()) {
            throw phase.mistake("image", "image: '" + image + "' is not a valid image name");
        }
        if (phase.get("expose-device") != null) {
            return unavailable("device", "the plan's container needs a device of this host ('expose-device')");
        }
        if (phase.get("become") != null) {
            phase.note("become", "become", "the plan's container has 'become', which atex ignores");
        }
        StringBuilder specification = new StringBuilder("podman,image=").append(quoted(image));
        if (phase.flag("pull")) {
            specification.append(",pull=always");
        }
        Optional<String> user = phase.text("user");
        if (user.isPresent()) {
            checkUser(phase, user.get());
            specification.append(",options=").append(quoted("--user=" + user.get()));
        }
        return new PlanMachine.Mapped(specification.toString());
    }

    private static void checkUser(PhaseData phase, String user) throws DiscoveryException {
        if (!USER.matcher(user).matches()) {
            throw phase.mistake("user", "user: '" + user + "' is not a valid user name");
        }
    }

    private static PlanMachine host(PhaseData phase) throws DiscoveryException {
        Optional<String> guest = phase.address("guest");
        if (guest.isEmpty()) {
            return unavailable("guest", "the plan connects to a machine and does not say which ('guest')");
        }
        if (!HOST.matcher(guest.get()).matches()) {
            throw phase.mistake("guest", "guest: '" + guest.get() + "' is not a valid host name");
        }
        if (!phase.scope().trusted()) {
            return unavailable(
                    "guest", "the plan comes from another repository and names a host to log in to ('guest')");
        }
        if (phase.get("password") != null) {
            return unavailable(
                    "password", "the plan has a password, which would be seen in its file: use 'password-env' of ssh");
        }
        for (String key : List.of("soft-reboot", "hard-reboot")) {
            if (phase.get(key) != null) {
                return unavailable("command", "the plan has a command that would be run on this host ('" + key + "')");
            }
        }
        Map<String, String> options = new LinkedHashMap<>();
        options.put("user", phase.text("user").orElse("root"));
        phase.scalar("port").ifPresent(port -> options.put("port", port));
        Optional<String> key = phase.strings("key").stream().findFirst();
        key.ifPresent(file -> options.put("identity", file));
        for (String option : phase.strings("ssh-option")) {
            String[] parts = option.split("[=\\s]+", 2);
            String value = parts.length == 2 ? parts[1].strip() : "";
            switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
                case "port" -> options.put("port", value);
                case "user" -> options.put("user", value);
                case "identityfile" -> options.put("identity", value);
                case "stricthostkeychecking" ->
                    options.put(
                            "host-keys",
                            switch (value.toLowerCase(Locale.ROOT)) {
                                case "no", "off" -> "off";
                                case "accept-new" -> "accept-new";
                                default -> "strict";
                            });
                default -> {
                    return unavailable(
                            "ssh-option", "the plan has an option of ssh that is not taken: '" + option + "'");
                }
            }
        }
        if (!phase.scope().trusted() && (options.containsKey("identity") || options.containsKey("host-keys"))) {
            return unavailable(
                    "key",
                    "the plan comes from elsewhere, and names a file of this host or weakens the check of host keys");
        }
        checkUser(phase, options.getOrDefault("user", "root"));
        if (!options.getOrDefault("port", "22").matches("[0-9]{1,5}")) {
            throw phase.mistake("port", "port: '" + options.get("port") + "' is the number of no port");
        }
        if (phase.flag("become")) {
            options.put("sudo", "root");
        }
        StringBuilder specification = new StringBuilder("ssh,hosts=").append(quoted(guest.get()));
        options.forEach((name, value) ->
                specification.append(',').append(name).append('=').append(quoted(value)));
        return new PlanMachine.Mapped(specification.toString());
    }

    /** Returns a value for {@code --provision}, quoted so that nothing in it has a special meaning. */
    public static String quoted(String value) {
        return value.matches("[A-Za-z0-9_./:@+=-]+") ? value : value.replaceAll("([^A-Za-z0-9_./:@+=-])", "\\\\$1");
    }
}
