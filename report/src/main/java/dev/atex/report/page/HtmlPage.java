package dev.atex.report.page;

import dev.atex.report.lines.ResultLine;
import dev.atex.report.model.RunReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes the HTML page. It contains everything except the files of the run, which it links to. */
public final class HtmlPage {
    private HtmlPage() {}

    /** Writes the page with its data. */
    public static void write(RunReport run, PageData data, String base, OutputStream out) throws IOException {
        String frame = resource("report.html")
                .replace("@TITLE@", escaped(ResultLine.wellFormed(run.id())))
                .replace("@CSS@", resource("report.css"))
                .replace("@JS@", resource("report.js"));
        int at = frame.indexOf("@DATA@");
        out.write(frame.substring(0, at).getBytes(StandardCharsets.UTF_8));
        data.all(base, new ForScript(out));
        out.write(frame.substring(at + "@DATA@".length()).getBytes(StandardCharsets.UTF_8));
    }

    /** Escapes the data, so that it cannot end the script element or begin a comment in it. */
    private static final class ForScript extends OutputStream {
        private static final byte[] ESCAPE = "\\u003c".getBytes(StandardCharsets.US_ASCII);
        private final OutputStream out;

        ForScript(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] text, int offset, int length) throws IOException {
            int from = offset;
            for (int i = offset; i < offset + length; i++) {
                if (text[i] == '<') {
                    out.write(text, from, i - from);
                    out.write(ESCAPE);
                    from = i + 1;
                }
            }
            out.write(text, from, offset + length - from);
        }
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlPage.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("resource missing from the program: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
