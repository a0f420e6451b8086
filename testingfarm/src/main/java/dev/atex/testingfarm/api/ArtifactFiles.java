package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.util.Optional;
import java.util.Set;

/** Reads files of requests, from hosts that must not get the token. Thread-safe. */
final class ArtifactFiles {
    /** Statuses of redirects, RFC 9110, section 15.4. */
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private static final int MOST_REDIRECTS = 5;
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;

    private final Http http;
    private final Pace pace;
    private final Retrier retrying;
    private final Outage outage;

    ArtifactFiles(Http http, Pace pace, Retrier retrying, Outage outage) {
        this.http = http;
        this.pace = pace;
        this.retrying = retrying;
        this.outage = outage;
    }

    /** Returns the intervals and limits of calls. */
    Pace pace() {
        return pace;
    }

    /**
     * Requests a file that is not an HTML page.
     *
     * @param range the header {@code Range}
     * @param isThere whether the file was seen before: then 404 is a failure of the host
     */
    <T> HttpResponse<T> ask(
            String method, URI uri, Optional<String> range, boolean isThere, BodyHandler<T> handler, Deadline deadline)
            throws ApiException, InterruptedException {
        String what = method + " " + uri;
        return retrying.retrying(what, uri, outage, pace.patience(), deadline, patience -> {
            HttpResponse<T> answer = follow(method, uri, range, handler, patience);
            RetryableStatus.check(answer);
            int status = answer.statusCode();
            String type = Body.type(answer.headers());
            boolean isPage = type.strip().toLowerCase(java.util.Locale.ROOT).startsWith("text/html");
            if (isPage && AnswerParser.isSuccess(answer)) {
                throw new ForeignAnswer(
                        "it answers with a page (text/html)",
                        new ApiException.NotJsonType(what + ": the answer is a page (text/html) and not the file"));
            }
            if (isThere && (status == NOT_FOUND || status == FORBIDDEN)) {
                throw new ForeignAnswer("it answers " + status + " for a file that was there");
            }
            return answer;
        });
    }

    private <T> HttpResponse<T> follow(
            String method, URI uri, Optional<String> range, BodyHandler<T> handler, Deadline deadline)
            throws IOException, ApiException, InterruptedException {
        URI at = uri;
        for (int redirects = 0; ; redirects++) {
            HttpRequest.Builder request = http.network().request(at).method(method, BodyPublishers.noBody());
            range.ifPresent(value -> request.header("Range", value));
            HttpResponse<T> answer =
                    http.start(request.build(), handler, deadline).await(pace.answer(), deadline);
            if (!REDIRECTS.contains(answer.statusCode())) {
                return answer;
            }
            if (redirects == MOST_REDIRECTS) {
                throw refused(method + " " + uri, answer, "it redirects more than " + MOST_REDIRECTS + " times");
            }
            at = next(method + " " + uri, at, answer);
        }
    }

    private static URI next(String what, URI at, HttpResponse<?> answer) throws ApiException {
        String text = answer.headers().firstValue("Location").orElse("");
        URI to;
        try {
            to = at.resolve(text);
        } catch (IllegalArgumentException e) {
            throw refused(what, answer, "it redirects to '" + text + "', which is not a URL");
        }
        boolean isSafe =
                "https".equals(to.getScheme()) || ("http".equals(to.getScheme()) && "http".equals(at.getScheme()));
        if (!isSafe || to.getHost() == null || to.equals(at)) {
            throw refused(what, answer, "it redirects from " + at + " to '" + text + "', which is not allowed");
        }
        return to;
    }

    private static ApiException refused(String what, HttpResponse<?> answer, String why) {
        return new ApiException.UnexpectedStatus(answer.statusCode(), what + ": " + answer.statusCode() + ": " + why);
    }
}
