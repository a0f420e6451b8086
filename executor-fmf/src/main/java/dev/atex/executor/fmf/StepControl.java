package dev.atex.executor.fmf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads the control stream of a script of {@code prepare}, which may reboot its machine, and reports nothing. */
final class StepControl implements ControlHandler {
    private static final int LONGEST = 64;
    private static final String EXIT = "exitcode [0-9]{1,3}";

    /** How long the machine may be away: the limit of the set-up counts anyway. */
    private static final String REBOOT = "reboot [0-9]{1,9}";

    @Override
    public Verdict read(InputStream control) throws IOException {
        while (true) {
            String line = line(control);
            if (line.equals("disconnect")) {
                return new Verdict.Disconnected();
            }
            if (line.matches(EXIT)) {
                return new Verdict.Exited(Integer.parseInt(line.substring(line.indexOf(' ') + 1)));
            }
            if (!line.equals("noop") && !line.matches(REBOOT)) {
                return new Verdict.EndOfStream(); // nothing else is written by tmt-reboot or the wrapper
            }
        }
    }

    private static String line(InputStream control) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = control.read(); c >= 0 && c != '\n' && line.size() < LONGEST; c = control.read()) {
            line.write(c);
        }
        return line.toString(StandardCharsets.US_ASCII);
    }
}
