package dev.atex.executor.fmf.machine;

import dev.atex.executor.fmf.control.ControlEnd;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads the exit code of a script, and whether it reboots its machine. Ignores all other lines. */
public final class ExitCodeReader implements ControlHandler {
    /** Bytes of a line that are enough to recognize it. */
    private static final int KEPT = 64;

    private static final String EXIT = "exitcode [0-9]{1,3}";

    @Override
    public ControlEnd read(InputStream control) throws IOException {
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
                return new ControlEnd.Disconnect();
            }
            if (text.matches(EXIT)) {
                return new ControlEnd.Exited(Integer.parseInt(text.substring(text.indexOf(' ') + 1)));
            }
        }
        return new ControlEnd.EndOfStream();
    }
}
