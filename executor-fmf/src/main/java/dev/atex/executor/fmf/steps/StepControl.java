package dev.atex.executor.fmf.steps;

import dev.atex.executor.fmf.machine.ControlHandler;
import dev.atex.executor.fmf.machine.Verdict;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Reads the control stream of a script of {@code prepare}, which may reboot its machine, and reports nothing: what else it
 * writes there is passed over.
 */
final class StepControl implements ControlHandler {
    /** Of each line, enough to know the two that count. */
    private static final int KEPT = 64;

    private static final String EXIT = "exitcode [0-9]{1,3}";

    @Override
    public Verdict read(InputStream control) throws IOException {
        InputStream in = new BufferedInputStream(control);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            if (c != '\n') {
                if (line.size() < KEPT) {
                    line.write(c);
                }
                continue;
            }
            String text = line.toString(StandardCharsets.US_ASCII);
            line.reset();
            if (text.equals("disconnect")) {
                return new Verdict.Disconnected();
            }
            if (text.matches(EXIT)) {
                return new Verdict.Exited(Integer.parseInt(text.substring(text.indexOf(' ') + 1)));
            }
        }
        return new Verdict.EndOfStream();
    }
}
