package dev.atex.report;

import dev.atex.json.JsonBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One page with everything in it but the files of the run, to which it has links. */
final class HtmlReport implements Report {
    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        String to = Report.link(target, run.directory());
        page(run, PageData.fixed(run).all(to.isEmpty() ? "" : to + "/"), out);
    }

    /** The page around its data. */
    static void page(RunReport run, JsonBytes data, OutputStream out) throws IOException {
        String frame = resource("report.html")
                .replace("@TITLE@", escaped(run.id()))
                .replace("@CSS@", resource("report.css"))
                .replace("@JS@", resource("report.js"));
        int at = frame.indexOf("@DATA@");
        out.write(frame.substring(0, at).getBytes(StandardCharsets.UTF_8));
        writeForScript(data, out);
        out.write(frame.substring(at + "@DATA@".length()).getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing in the data can end the element, or begin a comment in it. */
    private static void writeForScript(JsonBytes data, OutputStream out) throws IOException {
        byte[] escape = "\\u003c".getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(data.size() + 1024);
        byte[] text = data.toByteArray();
        int from = 0;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == '<') {
                bytes.write(text, from, i - from);
                bytes.write(escape);
                from = i + 1;
            }
        }
        bytes.write(text, from, text.length - from);
        bytes.writeTo(out);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IOException("the program is incomplete: " + name + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
