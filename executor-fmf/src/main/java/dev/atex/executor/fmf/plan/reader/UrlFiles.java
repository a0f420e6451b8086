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
 * @param source reads them; empty if nothing is to be run
 * @param allowed kinds of what is refused
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

    /** The same, of which nothing is read. */
    public UrlFiles unread() {
        return new UrlFiles(Optional.empty(), allowed);
    }

    /**
     * The variables there; empty if nothing is read, since nobody has allowed it, or the plan is not run.
     *
     * @param written as the plan has it
     * @throws IOException it cannot be read
     * @throws IllegalArgumentException it is not of its form, or the address is none
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
                    "what begins with '" + address.substring(0, address.indexOf(':')) + "://' is no URL: "
                            + e.getReason() + " at letter " + (e.getIndex() + 1),
                    e);
        }
        String text = source.get().text(uri, shown(written), EnvironmentFile.MAX_BYTES, Deadline.after(LIMIT));
        return Optional.of(EnvironmentFile.parse(uri.getPath(), shown(written), text));
    }

    /** As the plan has it, without what may be secret: what is put in for variables is not shown. */
    public static String shown(String written) {
        return SECRET.matcher(written).replaceAll("");
    }
}
