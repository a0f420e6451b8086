package dev.atex.testingfarm.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rules for network connections to and from a machine.
 *
 * @param addresses our addresses; empty to ask services
 * @param services services that return our address, asked in order
 * @param ingress more rules for connections to the machine
 * @param egress rules for connections from the machine
 */
public record SecurityGroup(List<IpRange> addresses, List<URI> services, List<Rule> ingress, List<Rule> egress) {
    /** Services whose whole answer is the address. */
    public static final List<String> SERVICES =
            List.of("https://ipv4.icanhazip.com", "https://api.ipify.org", "https://checkip.amazonaws.com");

    private static final int LARGEST_PORT = 65535;
    private static final String ANY = "-1";

    /**
     * A rule of the security group of a machine.
     *
     * @param protocol {@code tcp}, {@code udp}, {@code icmp}, or {@code -1} for all
     * @param range the addresses of the other side
     * @param least the first port
     * @param most the last port
     */
    record Rule(String protocol, IpRange range, int least, int most) {
        /** Returns a rule for all protocols and ports. */
        public static Rule of(IpRange range) {
            return new Rule(ANY, range, 0, LARGEST_PORT);
        }

        Map<String, @Nullable Object> json(String type) {
            Map<String, @Nullable Object> rule = new LinkedHashMap<>();
            rule.put("type", type);
            rule.put("protocol", protocol);
            rule.put("cidr", range.toString());
            rule.put("port_min", least);
            rule.put("port_max", most);
            return rule;
        }
    }

    /** Reads the options. */
    public static SecurityGroup of(ProvisionerSpec spec) throws InvalidOptionException {
        return new SecurityGroup(addresses(spec), services(spec), rules(spec, "ingress"), rules(spec, "egress"));
    }

    private static List<IpRange> addresses(ProvisionerSpec spec) throws InvalidOptionException {
        List<IpRange> addresses = new ArrayList<>();
        for (String text : spec.list("address")) {
            addresses.add(IpRange.parse(text)
                    .orElseThrow(() -> OptionReader.wrong(
                            "address",
                            "'" + text + "' must be an address or a range, as in:"
                                    + " address=192.0.2.7;198.51.100.0/24;2001:db8::7")));
        }
        return addresses;
    }

    private static List<URI> services(ProvisionerSpec spec) throws InvalidOptionException {
        List<String> given = spec.list("address-service");
        List<URI> services = new ArrayList<>();
        for (String text : given.isEmpty() ? SERVICES : given) {
            services.add(service(text));
        }
        return services;
    }

    private static URI service(String text) throws InvalidOptionException {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null && String.valueOf(uri.getScheme()).startsWith("http")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw OptionReader.wrong("address-service", "'" + text + "' is not a URL: " + e.getMessage());
        }
        throw OptionReader.wrong("address-service", "'" + text + "' is not a URL");
    }

    private static List<Rule> rules(ProvisionerSpec spec, String option) throws InvalidOptionException {
        List<Rule> rules = new ArrayList<>();
        for (String text : spec.list(option)) {
            rules.add(rule(option, text));
        }
        return rules;
    }

    /** Parses {@code PROTOCOL:RANGE:PORTS}; an IPv6 range has colons too. */
    private static Rule rule(String option, String text) throws InvalidOptionException {
        int first = text.indexOf(':');
        int last = text.lastIndexOf(':');
        if (first > 0 && last > first) {
            String protocol = text.substring(0, first).strip();
            String ports = text.substring(last + 1).strip();
            IpRange range = IpRange.parse(text.substring(first + 1, last)).orElse(null);
            if (protocol.matches("tcp|udp|icmp|-1") && ports.matches("-1|[0-9]{1,5}(-[0-9]{1,5})?") && range != null) {
                if (ports.equals(ANY)) {
                    return new Rule(protocol, range, 0, LARGEST_PORT);
                }
                String[] ends = ports.split("-");
                int least = Integer.parseInt(ends[0]);
                int most = Integer.parseInt(ends[ends.length - 1]);
                if (least <= most && most <= LARGEST_PORT) {
                    return new Rule(protocol, range, least, most);
                }
            }
        }
        throw OptionReader.wrong(
                option,
                "'" + text + "' must be PROTOCOL:RANGE:PORTS, as in: " + option
                        + "=tcp:198.51.100.0/24:22;udp:2001:db8::/32:1000-2000;-1:192.0.2.7:-1");
    }

    /** Returns the part of {@code settings.provisioning}. */
    public Map<String, @Nullable Object> provisioning(List<IpRange> ours) {
        Map<String, @Nullable Object> provisioning = new LinkedHashMap<>();
        List<Rule> in = new ArrayList<>();
        ours.forEach(range -> in.add(Rule.of(range)));
        in.addAll(ingress);
        if (!in.isEmpty()) {
            provisioning.put(
                    "security_group_rules_ingress",
                    in.stream().map(rule -> rule.json("ingress")).toList());
        }
        if (!egress.isEmpty()) {
            provisioning.put(
                    "security_group_rules_egress",
                    egress.stream().map(rule -> rule.json("egress")).toList());
        }
        return provisioning;
    }
}
