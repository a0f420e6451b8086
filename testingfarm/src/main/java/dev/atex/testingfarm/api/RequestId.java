package dev.atex.testingfarm.api;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Parses ids of requests: alone, or in the URL of the request or of its files. */
public final class RequestId {
    /** RFC 9562, section 4. */
    private static final Pattern UUID =
            Pattern.compile("\\p{XDigit}{8}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{4}-\\p{XDigit}{12}");

    private RequestId() {}

    /**
     * Returns the id in a text: a UUID, or an http or https URL with a UUID as an element of its path, like those of artifacts and
     * of the API.
     *
     * @throws IllegalArgumentException if there is none; the message says what is needed
     */
    public static String of(String text) {
        String stripped = text.strip();
        return (UUID.matcher(stripped).matches() ? Optional.of(stripped) : inUrl(stripped))
                .map(id -> id.toLowerCase(Locale.ROOT))
                .orElseThrow(() -> new IllegalArgumentException("'" + stripped
                        + "' is not the id of a request: give an id like 0b7a1c9e-3f0d-4c55-9d0e-2f7f3c1f6a11,"
                        + " or the URL of its artifacts or of the request itself"));
    }

    private static Optional<String> inUrl(String text) {
        URI uri;
        try {
            uri = URI.create(text);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!http || uri.getPath() == null) {
            return Optional.empty();
        }
        return Stream.of(uri.getPath().split("/"))
                .filter(part -> UUID.matcher(part).matches())
                .findFirst();
    }
}
