package dev.atex.testingfarm.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom the service takes us for.
 *
 * @param tokenId which token, not the token itself
 * @param ranch {@code public} or {@code redhat}
 * @param userId whose token
 * @param json all that the service said
 */
public record Identity(String tokenId, String ranch, String userId, Map<String, @Nullable Object> json) {
    /** The ranch that everybody may use, on machines of a public cloud. */
    public static final String PUBLIC = "public";
}
