package dev.atex.executor.fmf.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the control stream of something that does not know of it: only the wrapper writes there. */
final class ExitCodeHandler implements ControlHandler {
    private static final Pattern LINE = Pattern.compile("exitcode ([0-9]{1,3})\n");
    private static final int LONGEST = 64;

    @Override
    public Verdict read(InputStream control) throws IOException {
        Matcher matcher = LINE.matcher(new String(control.readNBytes(LONGEST), StandardCharsets.US_ASCII));
        return matcher.matches() ? new Verdict.Exited(Integer.parseInt(matcher.group(1))) : new Verdict.EndOfStream();
    }
}
