package dev.atex.run.model;

import dev.atex.run.model.MachineModel.Activity;
import dev.atex.run.model.MachineModel.Span;
import java.time.Duration;

/**
 * The time that machines were in use.
 *
 * @param present the time from ready to released
 * @param busy the part of it in which they ran tests
 */
public record MachineUse(Duration present, Duration busy) {
    /** No time. */
    public static final MachineUse NONE = new MachineUse(Duration.ZERO, Duration.ZERO);

    /** Returns the sum of a machine's activities. */
    public static MachineUse of(Iterable<Span> spans) {
        MachineUse sum = NONE;
        for (Span span : spans) {
            Duration time = span.to().minus(span.from());
            sum = new MachineUse(
                    span.activity() == Activity.PROVISION ? sum.present : sum.present.plus(time),
                    span.activity() == Activity.TEST ? sum.busy.plus(time) : sum.busy);
        }
        return sum;
    }

    /** Returns the sum of both. */
    public MachineUse plus(MachineUse other) {
        return new MachineUse(present.plus(other.present), busy.plus(other.busy));
    }
}
