package dev.atex.testingfarm.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Token and user, as the service reports them.
 *
 * @param tokenId the id of the token, not the token itself
 * @param ranch {@code public} or {@code redhat}
 * @param userId the id of its user
 * @param json the whole answer
 */
public record Identity(String tokenId, String ranch, String userId, Map<String, @Nullable Object> json) {
    /** The public ranch, on machines of a public cloud. */
    public static final String PUBLIC = "public";
}
