package dev.atex.testingfarm.api;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A search for requests, which must match all criteria. Immutable.
 *
 * @param state in this state; empty for any
 * @param ranch of this ranch
 * @param tokenId submitted with this token
 * @param userId submitted by this user
 * @param createdAfter submitted after this instant
 * @param createdBefore submitted before this instant
 * @param asOwner whether our token is sent: then the service lists our own requests in its ranch only
 */
public record Search(
        String state,
        Optional<String> ranch,
        Optional<String> tokenId,
        Optional<String> userId,
        Optional<Instant> createdAfter,
        Optional<Instant> createdBefore,
        boolean asOwner) {
    private static final Duration SLICE = Duration.ofDays(1);
    /** The time format of the service: ISO 8601, UTC, without a zone. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss");

    /** Returns a search for requests of all users. */
    public Search(
            String state,
            Optional<String> ranch,
            Optional<String> tokenId,
            Optional<String> userId,
            Optional<Instant> createdAfter,
            Optional<Instant> createdBefore) {
        this(state, ranch, tokenId, userId, createdAfter, createdBefore, false);
    }

    /** Returns a search for all requests in a state. */
    public static Search of(String state) {
        return new Search(
                state, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** Returns a search for requests of this token and user in a state. */
    public static Search own(String state, Identity identity) {
        return own(state, identity.tokenId(), identity.userId());
    }

    /** Returns a search for requests of this token and user. */
    public static Search own(String state, String tokenId, String userId) {
        return new Search(
                state,
                Optional.empty(),
                Optional.of(tokenId),
                Optional.of(userId),
                Optional.empty(),
                Optional.empty(),
                true);
    }

    /** Returns a copy for this period. */
    public Search between(Optional<Instant> after, Optional<Instant> before) {
        return new Search(state, ranch, tokenId, userId, after, before, asOwner);
    }

    /** Returns a copy for one ranch. */
    public Search ofRanch(String name) {
        return new Search(state, Optional.of(name), tokenId, userId, createdAfter, createdBefore, asOwner);
    }

    /** Returns a copy with or without our token. */
    public Search asOwner(boolean shown) {
        return new Search(state, ranch, tokenId, userId, createdAfter, createdBefore, shown);
    }

    /** Splits the search into periods that are short enough for one call. */
    List<Search> slices(Instant now) {
        if (createdAfter.isEmpty()) {
            return List.of(this);
        }
        Instant end = createdBefore.orElse(now);
        List<Search> slices = new ArrayList<>();
        Instant from = createdAfter.get();
        while (from.plus(SLICE).isBefore(end)) {
            Instant to = from.plus(SLICE);
            slices.add(between(Optional.of(from), Optional.of(to)));
            from = to.minusSeconds(1); // the service may exclude both ends
        }
        slices.add(between(Optional.of(from), createdBefore));
        return slices;
    }

    String query() {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (!state.isEmpty()) {
            parameters.put("state", state);
        }
        ranch.ifPresent(value -> parameters.put("ranch", value));
        tokenId.ifPresent(value -> parameters.put("token_id", value));
        userId.ifPresent(value -> parameters.put("user_id", value));
        createdAfter.ifPresent(value -> parameters.put("created_after", time(value)));
        createdBefore.ifPresent(value -> parameters.put("created_before", time(value)));
        return parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.collectingAndThen(
                        Collectors.joining("&"), text -> text.isEmpty() ? text : "?" + text));
    }

    private static String time(Instant instant) {
        return TIME.format(instant.truncatedTo(ChronoUnit.SECONDS).atOffset(ZoneOffset.UTC));
    }
}
