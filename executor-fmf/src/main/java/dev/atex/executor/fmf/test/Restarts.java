package dev.atex.executor.fmf.test;

import dev.atex.executor.fmf.metadata.Metadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The exit codes that restart a test.
 *
 * @param codes its exit codes; 255 is also a connection that was lost
 * @param most how often
 * @param reboot whether the machine is rebooted before
 */
public record Restarts(List<Integer> codes, int most, boolean reboot) {
    private static final String CODES = "restart-on-exit-code";
    private static final String COUNT = "restart-max-count";
    private static final String REBOOT = "restart-with-reboot";
    private static final int LARGEST_COUNT = 10;
    private static final int LARGEST_CODE = 255;

    /**
     * Returns the restarts of a test.
     *
     * @throws IllegalArgumentException a value is not what its key needs
     */
    public static Restarts of(Map<String, @Nullable Object> data) {
        List<Integer> codes = new ArrayList<>();
        for (Object item : Metadata.items(data.get(CODES))) {
            codes.add(number(CODES, "exit codes from 0 to 255", item, 0, LARGEST_CODE));
        }
        Object count = data.get(COUNT);
        int most = count == null ? 1 : number(COUNT, "a number from 1 to 10", count, 1, LARGEST_COUNT);
        return new Restarts(codes, most, Metadata.flag(REBOOT, data.get(REBOOT), false));
    }

    private static int number(String key, String expected, @Nullable Object value, int least, int most) {
        if ((value instanceof Integer || value instanceof Long || value instanceof java.math.BigInteger)
                && value instanceof Number number
                && number.doubleValue() >= least
                && number.doubleValue() <= most) {
            return number.intValue();
        }
        throw Metadata.wrong(key, expected, value);
    }

    /** For the wrapper: the exit codes after which it starts again, if it has been so often before. */
    public String codesAfter(int restarts) {
        return restarts < most
                ? String.join(" ", codes.stream().map(String::valueOf).toList())
                : "";
    }
}
