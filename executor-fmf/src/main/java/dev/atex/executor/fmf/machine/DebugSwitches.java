package dev.atex.executor.fmf.machine;

import java.util.Map;
import java.util.OptionalInt;

/**
 * Switches in the environment of this program for people who look for mistakes in ATEX itself.
 *
 * @param noExitCode {@code ATEX_DEBUG_NO_EXITCODE=1}: the wrapper does not report the exit code of a test
 * @param noKill {@code ATEX_DEBUG_NO_BG_KILL=1}: what is left of a test's process group when it has ended may live on
 * @param outputDescriptor {@code ATEX_DEBUG_TEST_OUTPUT_FD=N}: what tests print goes to this descriptor of ours
 */
public record DebugSwitches(boolean noExitCode, boolean noKill, OptionalInt outputDescriptor) {

    public static DebugSwitches from(Map<String, String> environment) {
        String descriptor = environment.getOrDefault("ATEX_DEBUG_TEST_OUTPUT_FD", "");
        if (!descriptor.matches("[0-9]{0,6}")) {
            throw new IllegalArgumentException(
                    "ATEX_DEBUG_TEST_OUTPUT_FD must be the number of a file descriptor, not '" + descriptor + "'");
        }
        return new DebugSwitches(
                "1".equals(environment.get("ATEX_DEBUG_NO_EXITCODE")),
                "1".equals(environment.get("ATEX_DEBUG_NO_BG_KILL")),
                descriptor.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(descriptor)));
    }
}
