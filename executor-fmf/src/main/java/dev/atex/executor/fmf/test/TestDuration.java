package dev.atex.executor.fmf.test;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key {@code duration} of tests, in all forms that tmt takes: times, {@code 1h 30m}, are added; factors, {@code *2}, multiply
 * the sum wherever they stand. The control channel has a grammar of its own.
 */
final class TestDuration {
    /** The duration to which factors apply if there is no other. */
    private static final BigDecimal USUAL = BigDecimal.valueOf(FmfTest.DEFAULT_DURATION.toSeconds());

    private static final BigDecimal LONGEST = BigDecimal.valueOf(1L << 31);

    private static final Pattern ITEM = Pattern.compile("\\s*(?:\\*\\s*(?<factor>[0-9]+(?:\\.[0-9]+)?)(?![0-9.smhd])"
            + "|(?<count>[0-9]+)(?<unit>[smhd])?(?![A-Za-z.]))");

    private static final int MAX_LENGTH = 200;

    private TestDuration() {}

    /**
     * Reads one, rounded up to seconds and cut at 2<sup>31</sup> of them.
     *
     * @throws IllegalArgumentException it is none
     */
    static Duration parse(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty() || stripped.length() > MAX_LENGTH) {
            throw wrong(stripped.length() > MAX_LENGTH ? stripped.substring(0, MAX_LENGTH) + "..." : text);
        }
        BigDecimal sum = BigDecimal.ZERO;
        BigDecimal product = BigDecimal.ONE;
        Matcher matcher = ITEM.matcher(stripped);
        int at = 0;
        while (at < stripped.length()) {
            matcher.region(at, stripped.length());
            if (!matcher.lookingAt()) {
                throw wrong(text);
            }
            if (matcher.group("factor") != null) {
                product = product.multiply(new BigDecimal(matcher.group("factor")));
            } else {
                sum = sum.add(new BigDecimal(matcher.group("count")).multiply(seconds(matcher.group("unit"))));
            }
            at = matcher.end();
        }
        BigDecimal all = (sum.signum() == 0 ? USUAL : sum).multiply(product).setScale(0, RoundingMode.CEILING);
        return Duration.ofSeconds(all.min(LONGEST).longValueExact());
    }

    private static BigDecimal seconds(@Nullable String unit) {
        return BigDecimal.valueOf(
                switch (unit) {
                    case "m" -> 60;
                    case "h" -> 3600;
                    case "d" -> 86_400;
                    case null, default -> 1;
                });
    }

    private static IllegalArgumentException wrong(String text) {
        return new IllegalArgumentException("duration '" + text
                + "': not a duration: times such as '90', '5m' or '1h 30m', and factors such as '*1.5'");
    }
}
