package dev.atex.executor.fmf.machine;

import dev.atex.connection.support.LimitMark;
import java.util.Optional;

/**
 * The mark by which the processes of one wrapper are found.
 *
 * @param text in their environment
 * @param limit of file locks that they get, unless there is a control group
 * @param found whether that limit is this job's alone; else it is that of everything on the machine
 */
public record ProcessMark(String text, Optional<LimitMark> limit, boolean found) {
    /** For {@code ulimit}; empty if there is none. */
    public String value() {
        return limit.map(mark -> Long.toString(mark.value())).orElse("");
    }

    /** For {@code sweep.sh}; empty if the limit finds nothing. */
    public String range() {
        return limit.filter(_ -> found).map(mark -> range(mark, 1)).orElse("");
    }

    /** For {@code sweep.sh}: limits that begin with this one, or one of those that follow it. */
    public static String range(LimitMark first, int count) {
        return first.below() + " " + (first.value() >> first.below()) + " " + count;
    }
}
