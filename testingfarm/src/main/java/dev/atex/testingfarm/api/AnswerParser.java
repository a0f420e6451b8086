package dev.atex.testingfarm.api;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.text.Cut;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Interprets answers of the API. Only JSON is from the service: a gateway before it answers with HTML pages. */
final class AnswerParser {
    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int BAD_REQUEST = 400;
    private static final int UNAUTHORIZED = 401;
    private static final int NOT_FOUND = 404;
    private static final int SHOWN = 300;
    private static final int LONGEST_LIST = 10;

    private final Endpoint endpoint;

    AnswerParser(Endpoint endpoint) {
        this.endpoint = endpoint;
    }

    static boolean isSuccess(HttpResponse<?> answer) {
        return answer.statusCode() / 100 == 2;
    }

    /** Returns whether the answer is from the service: JSON, or no content. */
    static boolean isOfService(HttpResponse<Body> answer) {
        boolean isNothing = answer.body().isBlank() && isSuccess(answer);
        return answer.statusCode() == NO_CONTENT
                || (answer.body().isJsonType()
                        && (isNothing || answer.body().problem().isEmpty()));
    }

    /** Throws if the answer is not from the service. */
    void check(String what, HttpResponse<Body> answer) throws ForeignAnswer {
        if (isOfService(answer)) {
            return;
        }
        Body body = answer.body();
        int status = answer.statusCode();
        String page = "it answers " + status + " with a page instead of JSON (" + shortened(body.type()) + ")";
        if (body.problem().isPresent()) {
            String why =
                    what + ": the answer is not JSON: " + body.problem().get().getMessage();
            throw new ForeignAnswer(
                    "it answers " + status + " with broken JSON",
                    new ApiException.MalformedAnswer(why, body.problem().get()));
        }
        if (isSuccess(answer)) {
            throw new ForeignAnswer(
                    page,
                    new ApiException.NotJsonType(what + ": the answer is of the type '" + shortened(body.type())
                            + "' instead of application/json: " + shortened(body.start())));
        }
        if (status == NOT_FOUND) {
            throw new ForeignAnswer(page);
        }
        throw new ForeignAnswer(page, failure(what, answer));
    }

    /** Returns the value of an answer that must have one. */
    @Nullable
    Object json(String what, HttpResponse<Body> answer) throws ApiException {
        if (answer.statusCode() != OK) {
            throw failure(what, answer);
        }
        Optional<JsonException> problem = answer.body().problem();
        if (problem.isPresent()) {
            throw new ApiException.MalformedAnswer(
                    what + ": the answer is not JSON: " + problem.get().getMessage(), problem.get());
        }
        return answer.body().json();
    }

    /** Returns the object of an answer that must have one. */
    Map<String, @Nullable Object> object(String what, HttpResponse<Body> answer) throws ApiException {
        if (json(what, answer) instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> object = new LinkedHashMap<>();
            map.forEach((key, value) -> object.put(String.valueOf(key), value));
            return object;
        }
        throw new ApiException.MalformedAnswer(what + ": the answer is not a JSON object");
    }

    static FarmRequest request(String what, @Nullable Object json) throws ApiException.MalformedAnswer {
        return FarmRequest.of(json)
                .orElseThrow(() -> new ApiException.MalformedAnswer(what + ": the answer has no 'id' and 'state'"));
    }

    /** Returns whether this is a 404 for the path, as of a wrong URL of the service, and not for the requested item. */
    static boolean isOfPath(HttpResponse<Body> answer) {
        return answer.statusCode() == NOT_FOUND
                && Fields.text(answer.body().json(), "detail").equals(Optional.of("Not Found"));
    }

    /** Returns the error for an answer that is no success. */
    ApiException failure(String what, HttpResponse<Body> answer) {
        int status = answer.statusCode();
        String said =
                message(answer.body()).orElseGet(() -> shortened(answer.body().start()));
        String text = what + ": " + status + (said.isEmpty() ? "" : ": " + said);
        if (status == UNAUTHORIZED) {
            return new ApiException.Unauthorized(text + ". "
                    + (endpoint.token().isEmpty()
                            ? "Set the environment variable " + endpoint.variable()
                            : endpoint.url() + " does not accept the token in " + endpoint.variable()));
        }
        if (status > UNAUTHORIZED && said.toLowerCase(java.util.Locale.ROOT).contains("quota")) {
            return new ApiException.QuotaExceeded(
                    text
                            + ". Wait until other requests of yours have ended ('atex tf search'), or request fewer machines at a time");
        }
        return new ApiException.UnexpectedStatus(status, text + hint(answer));
    }

    private String hint(HttpResponse<Body> answer) {
        int status = answer.statusCode();
        if (status >= 300 && status < BAD_REQUEST) {
            String to = shortened(answer.headers().firstValue("Location").orElse("nowhere"));
            return ". It redirects to " + to + ", where the token is not sent: set the right URL in "
                    + Endpoint.VARIABLE;
        }
        if (isOfPath(answer)) {
            return ". Check that " + endpoint.url() + " is the URL of Testing Farm's API";
        }
        return "";
    }

    /** {@code {"message": "..."}}, or {@code {"detail": [{"loc": [...], "msg": "..."}]}}. */
    private Optional<String> message(Body body) {
        Object json = body.json();
        if (Fields.at(json, "detail").orElse(null) instanceof List<?> details) {
            return Optional.of(shortened(details.stream()
                            .limit(LONGEST_LIST)
                            .map(AnswerParser::detail)
                            .collect(Collectors.joining("; "))
                    + (details.size() > LONGEST_LIST ? "; ..." : "")));
        }
        return Fields.text(json, "message")
                .or(() -> Fields.text(json, "detail"))
                .or(() -> Fields.text(json, "error"))
                .map(this::shortened);
    }

    private static String detail(@Nullable Object detail) {
        Optional<String> message = Fields.text(detail, "msg");
        if (message.isEmpty()) {
            return Json.write(detail);
        }
        return Fields.at(detail, "loc").orElse(null) instanceof List<?> place && !place.isEmpty()
                ? place.stream().map(String::valueOf).collect(Collectors.joining(".")) + ": " + message.get()
                : message.get();
    }

    private String shortened(String text) {
        String line = text.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        String without = endpoint.token().map(token -> token.removedFrom(line)).orElse(line);
        return Cut.start(without, SHOWN, "...");
    }
}
