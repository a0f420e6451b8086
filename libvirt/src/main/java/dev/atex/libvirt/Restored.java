package dev.atex.libvirt;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.CommandResult;
import dev.atex.connection.Connection;
import dev.atex.connection.ConnectionException;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Gives a machine that was restored from a saved state what it must not share with others: the time and random numbers. */
final class Restored {
    private static final int SEED = 512;

    /**
     * Sets the clock to $1, mixes $2 into the random numbers of the kernel, and has it use them at once: RNDRESEEDCRNG of
     * random(4), whose number differs on POWER. Without an interpreter that can do this, the kernel does it within a minute.
     */
    private static final String SCRIPT = """
            su=
            [ "$(id -u)" = 0 ] || su='sudo -n'
            printf %s "$2" > /dev/urandom || exit
            code='ioctl(R, 0x5207, 0) || ioctl(R, 0x20005207, 0) || exit 1'
            $su perl -e "open(R, '>', '/dev/urandom') or exit 1; $code" 2>/dev/null ||
              $su python3 -c 'import fcntl; fcntl.ioctl(open("/dev/urandom", "wb"), 0x5207)' 2>/dev/null
            $su date -u -s "@$1" > /dev/null
            """;

    private static final SecureRandom RANDOM = new SecureRandom();

    private Restored() {}

    /**
     * Sets the clock and the random numbers.
     *
     * @throws ConnectionException also if the clock cannot be set
     */
    static void adjust(Connection machine, Deadline deadline) throws ConnectionException, InterruptedException {
        byte[] seed = new byte[SEED];
        RANDOM.nextBytes(seed);
        String now = BigDecimal.valueOf(System.currentTimeMillis(), 3).toPlainString();
        CommandResult result = machine.run(
                Command.of(
                        "sh", "-c", SCRIPT, "atex-restored", now, HexFormat.of().formatHex(seed)),
                deadline);
        if (result.exitCode() != 0) {
            throw new ConnectionException("the clock and the random numbers of a restored machine cannot be set: "
                    + result.stderrText().strip());
        }
    }
}
