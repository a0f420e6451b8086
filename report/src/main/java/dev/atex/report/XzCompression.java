package dev.atex.report;

import dev.atex.results.Compression;
import java.io.IOException;
import java.io.OutputStream;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/**
 * xz compression.
 *
 * @param preset 0 (fast) to 9 (small)
 * @param extreme a little smaller and much slower, as in XZ Utils
 */
public record XzCompression(int preset, boolean extreme) implements Compression {
    /** The default of {@code xz}. */
    public static final XzCompression USUAL = new XzCompression(LZMA2Options.PRESET_DEFAULT, false);

    /** Checks its argument. */
    public XzCompression {
        if (preset < LZMA2Options.PRESET_MIN || preset > LZMA2Options.PRESET_MAX) {
            throw new IllegalArgumentException("the xz preset must be 0 to 9, not " + preset);
        }
    }

    @Override
    public String suffix() {
        return ".xz";
    }

    @Override
    public OutputStream compress(OutputStream to, long size) throws IOException {
        LZMA2Options options = new LZMA2Options(preset);
        if (extreme) {
            boolean odd = preset == 3 || preset == 5;
            options.setMode(LZMA2Options.MODE_NORMAL);
            options.setMatchFinder(LZMA2Options.MF_BT4);
            options.setNiceLen(odd ? 192 : 273);
            options.setDepthLimit(odd ? 0 : 512);
        }
        // A dictionary that is longer than the text would only waste memory.
        options.setDictSize(Math.clamp(size, LZMA2Options.DICT_SIZE_MIN, options.getDictSize()));
        return new XZOutputStream(to, options);
    }
}
