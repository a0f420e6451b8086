package dev.atex.executor.fmf.plan.reader;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.plan.EnvironmentFile;
import dev.atex.executor.fmf.plan.UrlSource;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Files of variables that a plan names by a URL.
 *
 * @param source reads the files; empty if nothing will run
 * @param allowed the allowed kinds of refused findings
 */
public record UrlFiles(Optional<UrlSource> source, Set<String> allowed) {
    public static final String KIND = "url";
    public static final UrlFiles NONE = new UrlFiles(Optional.empty(), Set.of());

    /** User and password, query and fragment. */
    private static final Pattern SECRET = Pattern.compile("(?<=//)[^/?#]*@|[?#].*", Pattern.DOTALL);

    private static final Duration LIMIT = Duration.ofSeconds(30);

    public static boolean isUrl(String file) {
        return file.startsWith("http://") || file.startsWith("https://");
    }

    /** Returns whether URLs are read, unless something is refused. */
    public boolean areRead() {
        return source.isPresent() && allowed.contains(KIND);
    }

    /** Returns a copy that reads nothing. */
    public UrlFiles unread() {
        return new UrlFiles(Optional.empty(), allowed);
    }

    /**
     * Returns the variables; empty if nothing is read, because it is not allowed or the plan does not run.
     *
     * @param written as the plan has it
     * @throws IOException the file cannot be read
     * @throws IllegalArgumentException the file or the address is invalid
     */
    public Optional<Map<String, String>> variables(String address, String written, Findings findings)
            throws IOException, InterruptedException {
        if (source.isEmpty() || !areRead() || !findings.refused(allowed).isEmpty()) {
            return Optional.empty();
        }
        URI uri;
        try {
            uri = new URI(address);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "the address that starts with '" + address.substring(0, address.indexOf(':'))
                            + "://' is not a valid URL: " + e.getReason() + " at character " + (e.getIndex() + 1),
                    e);
        }
        String text = source.get().text(uri, shown(written), EnvironmentFile.MAX_BYTES, Deadline.after(LIMIT));
        return Optional.of(EnvironmentFile.parse(uri.getPath(), shown(written), text));
    }

    /** Returns an address as the plan has it, without expanded variables, user, password and query: they may be secret. */
    public static String shown(String written) {
        return SECRET.matcher(written).replaceAll("");
    }
}
