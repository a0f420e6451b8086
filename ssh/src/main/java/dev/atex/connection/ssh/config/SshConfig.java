package dev.atex.connection.ssh.config;

import dev.atex.connection.ConnectionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the configuration of a host from ssh_config files (ssh_config(5): the first value wins). Supports {@code Host}, {@code Match} by {@code all}, {@code final}, {@code canonical}, {@code host}, {@code originalhost}, {@code
 * user} and {@code localuser}, {@code Include}, and the keywords for the components of {@link SshHost}. Immutable.
 */
public final class SshConfig {
    private static final Path SYSTEM_DIRECTORY = Path.of("/etc/ssh");
    private static final Path SYSTEM = SYSTEM_DIRECTORY.resolve("ssh_config");
    private static final int DEFAULT_PORT = 22;
    private static final int DEEPEST_INCLUDE = 16;

    private final SshOptions options;
    private final Path home;
    private final String localUser;
    private final Map<String, String> environment;

    /** Uses the files, name and environment of the user. */
    public SshConfig(SshOptions options) {
        this(
                options,
                Path.of(System.getProperty("user.home", "/")),
                System.getProperty("user.name", ""),
                System.getenv());
    }

    /** Uses files below another home directory, another user name and another environment. */
    public SshConfig(SshOptions options, Path home, String localUser, Map<String, String> environment) {
        this.options = options;
        this.home = home;
        this.localUser = localUser;
        this.environment = environment;
    }

    /**
     * Returns the configuration of a host.
     *
     * @param name an alias, {@code [user@]host[:port]}, or an address in brackets
     * @throws ConnectionException a file cannot be read, or has something that is not supported
     */
    public SshHost resolve(String name) throws ConnectionException {
        Address address = Address.parse(name);
        Lookup lookup = new Lookup(address.host());
        address.user().or(options::user).ifPresent(user -> lookup.offer("user", user));
        address.port().or(options::port).ifPresent(port -> lookup.offer("port", Integer.toString(port)));
        try {
            lookup.readAll();
            if (lookup.isToBeReadAgain()) {
                lookup.readAll();
            }
            return lookup.host();
        } catch (IOException e) {
            throw new ConnectionException("cannot read the ssh configuration for " + name + ": " + e.getMessage(), e);
        }
    }

    /** Collects values for one host. */
    private final class Lookup {
        private final String alias;
        private final Map<String, List<String>> first = new HashMap<>();
        private final Set<String> identities = new LinkedHashSet<>();
        /** True if there is a {@code Match final}: it applies when the files are read a second time. */
        private boolean hasFinal;

        private boolean isFinal;

        Lookup(String alias) {
            this.alias = alias;
        }

        void offer(String keyword, String value) {
            offer(keyword, List.of(value));
        }

        private void offer(String keyword, List<String> values) {
            List<String> _ = first.putIfAbsent(keyword, values);
        }

        /** Returns the words of the first value. */
        private String value(String keyword, String otherwise) {
            List<String> values = first.get(keyword);
            return values == null ? otherwise : String.join(" ", values);
        }

        void readAll() throws IOException, ConnectionException {
            if (options.config().isPresent()) {
                Path file = options.config().get();
                if (!Files.isReadable(file)) {
                    throw new ConnectionException("cannot read the ssh configuration " + file);
                }
                read(file, home.resolve(".ssh"), 0); // as ssh -F does
            } else {
                readIfThere(home.resolve(".ssh/config"), home.resolve(".ssh"));
                readIfThere(SYSTEM, SYSTEM_DIRECTORY);
            }
        }

        /** Returns true if the files must be read a second time, and prepares for that. */
        boolean isToBeReadAgain() {
            isFinal = hasFinal;
            return hasFinal;
        }

        private void readIfThere(Path file, Path directory) throws IOException, ConnectionException {
            try {
                read(file, directory, 0);
            } catch (NoSuchFileException e) {
                return; // the file is optional
            }
        }

        /** Reads a file. Relative names in its {@code Include} refer to {@code directory}. */
        private void read(Path file, Path directory, int depth) throws IOException, ConnectionException {
            if (depth > DEEPEST_INCLUDE) {
                throw new ConnectionException(file + ": 'Include' goes deeper than " + DEEPEST_INCLUDE
                        + " files: it may lead back to itself");
            }
            boolean applies = true;
            int number = 0;
            // comments may be in any encoding
            for (String line : new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                number++;
                List<String> words = SshConfigWords.of(line);
                if (words.isEmpty()) {
                    continue;
                }
                String keyword = words.getFirst().toLowerCase(Locale.ROOT);
                List<String> values = words.subList(1, words.size());
                if (values.isEmpty()) {
                    throw new ConnectionException(file + ":" + number + ": '" + words.getFirst() + "' has no value");
                }
                switch (keyword) {
                    case "host" -> applies = HostPattern.matches(values, alias);
                    case "match" -> applies = matches(values, file + ":" + number);
                    case "include" -> {
                        if (applies) {
                            include(values, directory, depth + 1);
                        }
                    }
                    default -> {
                        if (applies) {
                            take(keyword, values);
                        }
                    }
                }
            }
        }

        private void take(String keyword, List<String> values) {
            switch (keyword) {
                case "identityfile" -> identities.add(values.getFirst());
                case "proxyjump", "proxycommand" -> { // whichever comes first
                    if (!first.containsKey("proxyjump") && !first.containsKey("proxycommand")) {
                        offer(keyword, values);
                    }
                }
                default -> offer(keyword, values);
            }
        }

        private void include(List<String> patterns, Path directory, int depth) throws IOException, ConnectionException {
            for (String pattern : patterns) {
                Path path = path(pattern, directory);
                Path parent = path.getParent();
                if (parent == null || !Files.isDirectory(parent)) {
                    continue;
                }
                List<Path> files;
                try (Stream<Path> all = Files.list(parent)) {
                    files = all.filter(file -> HostPattern.matches(
                                    path.getFileName().toString(),
                                    file.getFileName().toString()))
                            .sorted()
                            .toList();
                }
                for (Path file : files) {
                    read(file, directory, depth);
                }
            }
        }

        private boolean matches(List<String> criteria, String where) throws ConnectionException {
            boolean all = true;
            for (int i = 0; i < criteria.size(); i++) {
                String criterion = criteria.get(i).toLowerCase(Locale.ROOT);
                boolean negated = criterion.startsWith("!");
                String kind = negated ? criterion.substring(1) : criterion;
                if (kind.equals("all")) {
                    continue;
                }
                if (!all) {
                    return false; // the other criteria do not matter
                }
                if (kind.equals("final") || kind.equals("canonical")) {
                    hasFinal |= kind.equals("final");
                    all = isFinal != negated;
                    continue;
                }
                if (i + 1 == criteria.size()
                        || !List.of("host", "originalhost", "user", "localuser").contains(kind)) {
                    throw new ConnectionException(where + ": 'Match " + kind
                            + "' is not supported by the built-in transport: use transport=openssh");
                }
                String subject = switch (kind) {
                    case "host" -> hostName();
                    case "originalhost" -> alias;
                    case "user" -> user();
                    default -> localUser;
                };
                all = HostPattern.matches(List.of(criteria.get(++i).split(",")), subject) != negated;
            }
            return all;
        }

        private String hostName() {
            return value("hostname", alias).replace("%h", alias).replace("%%", "%");
        }

        private String user() {
            return value("user", localUser);
        }

        SshHost host() throws ConnectionException {
            int port = port();
            List<Path> keys = new ArrayList<>();
            options.identity().ifPresent(keys::add);
            boolean one = options.identitiesOnly() && options.identity().isPresent();
            if (!one) {
                identities.stream().filter(each -> !each.equals("none")).forEach(each -> keys.add(path(each, home)));
            }
            if (keys.isEmpty()) {
                for (String each : List.of("id_ed25519", "id_ecdsa", "id_rsa")) {
                    keys.add(home.resolve(".ssh").resolve(each));
                }
            }
            String jump = options.proxyJump().orElseGet(() -> value("proxyjump", "none"));
            String proxy = options.proxyJump().isPresent() ? "none" : value("proxycommand", "none");
            return new SshHost(
                    alias,
                    hostName(),
                    port,
                    user(),
                    List.copyOf(keys),
                    options.identitiesOnly() || value("identitiesonly", "no").equals("yes"),
                    agent(),
                    jump.equals("none") ? List.of() : List.of(jump.split(",")),
                    proxy.equals("none") ? Optional.empty() : Optional.of(proxy),
                    options.hostKeys().orElseGet(this::policy),
                    knownHosts(),
                    Optional.ofNullable(first.get("hostkeyalias")).map(List::getFirst));
        }

        private int port() throws ConnectionException {
            String text = value("port", Integer.toString(DEFAULT_PORT));
            if (!text.matches("[0-9]{1,5}")) {
                throw new ConnectionException(alias + ": '" + text + "' is not a port");
            }
            return Integer.parseInt(text);
        }

        private Optional<String> agent() {
            String configured = value("identityagent", "SSH_AUTH_SOCK");
            String socket = switch (configured) {
                case "none" -> null;
                case "SSH_AUTH_SOCK" -> environment.get("SSH_AUTH_SOCK");
                default ->
                    configured.startsWith("$")
                            ? environment.get(configured.substring(1))
                            : path(configured, home).toString();
            };
            return Optional.ofNullable(socket).filter(text -> !text.isEmpty());
        }

        private HostKeyPolicy policy() {
            return switch (value("stricthostkeychecking", "ask")) {
                case "no", "off" -> HostKeyPolicy.OFF;
                case "accept-new" -> HostKeyPolicy.ACCEPT_NEW;
                default -> HostKeyPolicy.STRICT; // "ask": nobody can answer
            };
        }

        private List<Path> knownHosts() {
            if (options.knownHosts().isPresent()) {
                return List.of(options.knownHosts().get());
            }
            List<Path> files = new ArrayList<>();
            for (String each : first.getOrDefault("userknownhostsfile", List.of("~/.ssh/known_hosts"))) {
                files.add(path(each, home));
            }
            for (String each : first.getOrDefault("globalknownhostsfile", List.of("/etc/ssh/ssh_known_hosts"))) {
                files.add(path(each, home));
            }
            return List.copyOf(files);
        }

        private Path path(String text, Path directory) {
            String expanded = text.replace("%d", home.toString())
                    .replace("%h", hostName())
                    .replace("%n", alias)
                    .replace("%r", user())
                    .replace("%u", localUser)
                    .replace("%%", "%");
            if (expanded.equals("~") || expanded.startsWith("~/")) {
                return Path.of(home + expanded.substring(1));
            }
            return directory.resolve(expanded);
        }
    }

    /**
     * A parsed {@code [user@]host[:port]}.
     *
     * @param user the user
     * @param host the host, without brackets
     * @param port the port
     */
    public record Address(Optional<String> user, String host, Optional<Integer> port) {
        /** Parses the text. */
        public static Address parse(String text) throws ConnectionException {
            String rest = text.startsWith("ssh://") ? text.substring(6) : text;
            Optional<String> user = Optional.empty();
            int at = rest.lastIndexOf('@');
            if (at >= 0) {
                user = Optional.of(rest.substring(0, at));
                rest = rest.substring(at + 1);
            }
            String host = rest;
            Optional<Integer> port = Optional.empty();
            int colon = rest.lastIndexOf(':');
            boolean bracketed = rest.startsWith("[") && rest.contains("]");
            boolean bareIpv6 = !bracketed && rest.indexOf(':') != colon;
            if (colon > (bracketed ? rest.indexOf(']') : 0) && !bareIpv6) {
                String number = rest.substring(colon + 1);
                if (!number.matches("[0-9]{1,5}") || Integer.parseInt(number) > 65535) {
                    throw new ConnectionException("'" + text + "': '" + number + "' is not a port");
                }
                port = Optional.of(Integer.parseInt(number));
                host = rest.substring(0, colon);
            }
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            }
            if (host.isEmpty()
                    || host.startsWith("-")
                    || user.map(String::isEmpty).orElse(false)) {
                throw new ConnectionException("'" + text + "' is not a host: the form is [user@]host[:port]");
            }
            return new Address(user, host, port);
        }
    }
}
