package dev.atex.fmf;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a git repository of an allowed kind: {@code https}, {@code ssh} (also as {@code host:path}), {@code
 * git}, or a local directory. Git supports others, some of which run commands.
 */
final class GitAddress {
    private static final Pattern HELPER = Pattern.compile("([A-Za-z0-9][A-Za-z0-9+.-]*)::.*", Pattern.DOTALL);
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://(.*)", Pattern.DOTALL);
    private static final String HOST = "(?:[\\p{L}\\p{N}_][\\p{L}\\p{N}._-]*|\\[[0-9A-Fa-f:.]+])";
    private static final Pattern SERVER =
            Pattern.compile("(?:(?<login>.*)@)?(?<host>" + HOST + "(?::[0-9]*)?)", Pattern.DOTALL);
    private static final Pattern SHORT_SSH =
            Pattern.compile("(?:(?<user>[^@:/]*)@)?" + HOST + ":(?<path>.+)", Pattern.DOTALL);
    private static final Pattern USER = Pattern.compile("[\\p{L}\\p{N}_.][\\p{L}\\p{N}_.%+-]*");

    /** Text in place of a port number that is not one: the host is missing. */
    private static final Pattern PASSWORD = Pattern.compile("://[^/:\\[]*:(?![0-9]*(?:/|$))");

    private static final String SUPPORTED = "an address begins with https://, ssh://, git:// or file://,"
            + " or is [user@]host:path for ssh, or an absolute local path";

    private static final int READABLE = 80;

    private final String text;
    private final boolean local;
    private final @Nullable String user;
    private final @Nullable String password;

    private GitAddress(String text, boolean local, @Nullable String user, @Nullable String password) {
        this.text = text;
        this.local = local;
        this.user = user;
        this.password = password;
    }

    /** Returns the error for an address that is invalid or not allowed; its message has no secrets. */
    static FetchException refused(String given, String why) {
        return new FetchException("'" + careful(given) + "' " + why, null);
    }

    static GitAddress of(String given) throws FetchException {
        if (given.isEmpty() || given.equals(".") || given.equals("..") || hasControls(given)) {
            throw refused(given, "is not a repository address");
        }
        if (given.startsWith("-")) {
            throw refused(given, "begins with a dash, like an option");
        }
        Matcher helper = HELPER.matcher(given);
        if (helper.matches()) { // the rest is for the helper, and may be secret
            throw refused(helper.group(1) + "::", "names a git helper, which is not supported: " + SUPPORTED);
        }
        Matcher scheme = SCHEME.matcher(given);
        if (scheme.matches()) {
            return withScheme(given, scheme.group(1), scheme.group(2));
        }
        if (given.startsWith("/")) {
            return new GitAddress(given, true, null, null);
        }
        Matcher shortSsh = SHORT_SSH.matcher(given);
        if (!shortSsh.matches()) {
            throw refused(given, "is not a repository address: " + SUPPORTED);
        }
        if (shortSsh.group("path").matches("[^/]*@.*:.*")) {
            throw refused(given, "has a password, which ssh does not accept: use a key");
        }
        checkUser(given, shortSsh.group("user"));
        checkPath(given, shortSsh.group("path"));
        return new GitAddress(given, false, null, null);
    }

    private static GitAddress withScheme(String given, String scheme, String rest) throws FetchException {
        return switch (scheme) {
            case "file" -> file(given, rest);
            case "https" -> https(given, rest);
            case "ssh", "git" -> other(given, scheme, rest);
            case "http" -> throw refused(given, "is not encrypted, so others could change the content: use https://");
            default -> throw refused(given, "is not supported: " + SUPPORTED);
        };
    }

    private static GitAddress file(String given, String rest) throws FetchException {
        if (!rest.startsWith("/")) {
            throw refused(given, "names a host: use file:///path for a local directory");
        }
        return new GitAddress(given, true, null, null);
    }

    private static GitAddress https(String given, String rest) throws FetchException {
        if (rest.indexOf('?') >= 0 || rest.indexOf('#') >= 0) {
            throw refused(
                    given,
                    "has a '?' or '#', which a repository address must not contain;"
                            + " put a token before the host: https://user:token@host/path");
        }
        Matcher server = server(given, rest);
        String login = server.group("login");
        if (login == null) {
            return new GitAddress(given, false, null, null);
        }
        String bare = "https://" + server.group("host") + path(rest);
        int colon = login.indexOf(':');
        String user = decoded(given, colon < 0 ? login : login.substring(0, colon));
        String password = colon < 0 ? null : decoded(given, login.substring(colon + 1));
        return new GitAddress(bare, false, user, password);
    }

    private static GitAddress other(String given, String scheme, String rest) throws FetchException {
        Matcher server = server(given, rest);
        String login = server.group("login");
        if (login != null && (scheme.equals("git") || login.indexOf(':') >= 0)) {
            throw refused(
                    given,
                    scheme.equals("git")
                            ? "has a user, which git:// does not support"
                            : "has a password, which ssh does not accept: use a key");
        }
        checkUser(given, login);
        checkPath(given, path(rest));
        return new GitAddress(given, false, null, null);
    }

    private static Matcher server(String given, String rest) throws FetchException {
        int slash = rest.indexOf('/');
        Matcher server = SERVER.matcher(slash < 0 ? rest : rest.substring(0, slash));
        if (!server.matches()) {
            throw refused(given, "has no valid host name");
        }
        return server;
    }

    private static String path(String rest) {
        int slash = rest.indexOf('/');
        return slash < 0 ? "" : rest.substring(slash);
    }

    private static void checkUser(String given, @Nullable String user) throws FetchException {
        if (user != null && !USER.matcher(user).matches()) {
            throw refused(given, "has an invalid user name");
        }
    }

    private static void checkPath(String given, String path) throws FetchException {
        if (path.startsWith("-") || path.startsWith("/-")) {
            throw refused(given, "has a path that begins with a dash, like an option");
        }
    }

    private static String decoded(String given, String part) throws FetchException {
        try {
            String decoded = URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (!hasControls(decoded)) {
                return decoded;
            }
        } catch (IllegalArgumentException e) {
            // its message would quote a part of the secret
        }
        throw refused(given, "has a user or password with invalid encoding: write % as %25");
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    /** Returns an address in a form that may be shown; if it is invalid, leaves out too much rather than too little. */
    static String shown(String given) {
        try {
            return of(given).text();
        } catch (FetchException e) {
            return careful(given);
        }
    }

    private static String careful(String given) {
        String visible = given.codePoints()
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        Matcher helper = HELPER.matcher(visible);
        if (helper.matches() && visible.length() > helper.end(1) + 2) {
            return helper.group(1) + "::...";
        }
        int scheme = visible.indexOf("://");
        int begin = scheme < 0 ? 0 : scheme + "://".length();
        int at = visible.lastIndexOf('@');
        if (at > begin && (scheme >= 0 || visible.substring(0, at).indexOf(':') >= 0)) {
            return visible.substring(0, begin) + "..." + visible.substring(at);
        }
        if (scheme >= 0 && PASSWORD.matcher(visible).find()) {
            return visible.substring(0, begin) + "...";
        }
        int query = scheme < 0 ? -1 : visible.indexOf('?');
        return query < 0 ? visible : visible.substring(0, query) + "?...";
    }

    /** Returns the address without secrets, for git's command line, messages and files. */
    String text() {
        return text;
    }

    /** Returns whether it is a local directory. */
    boolean isLocal() {
        return local;
    }

    /** Returns a part for a file name that makes the address recognizable. */
    String readable() {
        String name = text.replaceFirst("^[a-z]+://", "")
                .replaceAll("[^A-Za-z0-9.-]+", "_")
                .replaceFirst("^[_.-]+", "");
        return name.length() <= READABLE ? name : name.substring(name.length() - READABLE);
    }

    /** Returns git configuration for logging in; it reads the environment variables of {@link #loginVariables}. */
    List<Map.Entry<String, String>> loginConfiguration() {
        if (user == null) {
            return List.of();
        }
        // only for this server: a server that it redirects to gets nothing
        int slash = text.indexOf('/', "https://".length());
        String scope = "credential." + (slash < 0 ? text : text.substring(0, slash));
        Map.Entry<String, String> helper = Map.entry(
                scope + ".helper",
                "!f() { test \"$1\" = get && printf 'username=%s\\npassword=%s\\n'"
                        + " \"$FMF_GIT_USER\" \"$FMF_GIT_PASSWORD\"; :; }; f");
        return password == null
                ? List.of(Map.entry(scope + ".username", user), helper) // the user's own helpers may know the password
                : List.of(Map.entry(scope + ".helper", ""), helper);
    }

    /** Returns the variables that the configuration reads. */
    Map<String, String> loginVariables() {
        return user == null
                ? Map.of()
                : Map.of(
                        "FMF_GIT_USER",
                        user,
                        "FMF_GIT_PASSWORD",
                        Optional.ofNullable(password).orElse(""));
    }

    @Override
    public String toString() {
        return text;
    }
}
