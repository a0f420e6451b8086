package dev.atex.cli.state;

import dev.atex.internal.text.DurationText;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.ledger.Reaped;
import java.time.Duration;

/** Results of reaping as text. */
public final class ReapedText {
    private ReapedText() {}

    /** Returns whether something may be left. */
    public static boolean isBad(Reaped reaped) {
        return reaped instanceof Reaped.Left || reaped instanceof Reaped.Unreadable;
    }

    /** Returns what was freed, found or left, in one line. */
    public static String of(Reaped reaped) {
        return switch (reaped) {
            case Reaped.Alive(String run) -> "run " + run + " is running";
            case Reaped.Unlocked(String run, long pid) ->
                "run " + run + " is running (process " + pid + "), although the file of locks was removed or replaced";
            case Reaped.Reaping(String run) ->
                "run " + run + " has ended, and what it left is being freed by another process";
            case Reaped.Waits(LeaseRecord lease, Duration time) ->
                lease.kind() + " " + lease.id() + ": not known whether it was created; checking again in "
                        + DurationText.print(Duration.ofSeconds(Math.max(1, time.toSeconds())));
            case Reaped.Freed(LeaseRecord lease, String what) ->
                "freed " + lease.kind() + " " + lease.id() + ": " + what;
            case Reaped.Found(LeaseRecord lease, String what) ->
                "there is " + lease.kind() + " " + lease.id() + ": " + what;
            case Reaped.Absent(LeaseRecord lease) -> lease.kind() + " " + lease.id() + " is gone";
            case Reaped.Left(LeaseRecord lease, String why) ->
                lease.kind() + " " + lease.id() + " may still be there: " + why;
            case Reaped.Unreadable(String run, String why) -> "run " + run + ": " + why;
        };
    }
}
