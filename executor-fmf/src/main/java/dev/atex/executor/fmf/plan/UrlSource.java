package dev.atex.executor.fmf.plan;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.net.URI;

/** Reads what is at a URL. Who calls it knows whom to trust and over which proxies calls go. Used by one thread. */
@FunctionalInterface
public interface UrlSource {
    /**
     * Returns the text at an address, decoded from UTF-8, by one GET.
     *
     * @param url of {@code http} or {@code https}; it may have a user, a password and a path that are secret
     * @param shown what it is called in messages
     * @param most bytes that are taken
     * @param deadline of all of it
     * @throws IOException it cannot be had, or is longer; no message has more of the URL than {@code shown} and the host
     */
    String text(URI url, String shown, int most, Deadline deadline) throws IOException, InterruptedException;
}
