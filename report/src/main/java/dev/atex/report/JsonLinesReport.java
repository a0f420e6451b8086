package dev.atex.report;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** The results as they are, perhaps compressed; see {@code docs/results.md}. */
final class JsonLinesReport implements Report {
    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        Path results = run.directory().resolve("results.jsonl");
        String name = target.toString();
        if (name.endsWith(".gz")) {
            GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 16);
            Files.copy(results, gzip);
            gzip.finish();
        } else if (name.endsWith(".xz")) {
            XZOutputStream xz = new XZOutputStream(out, options(Files.size(results)));
            Files.copy(results, xz);
            xz.finish();
        } else {
            Files.copy(results, out);
        }
    }

    /** A dictionary that is longer than the text would only take memory. */
    private static LZMA2Options options(long size) throws IOException {
        LZMA2Options options = new LZMA2Options(LZMA2Options.PRESET_DEFAULT);
        options.setDictSize(Math.clamp(size, LZMA2Options.DICT_SIZE_MIN, options.getDictSize()));
        return options;
    }
}
