package dev.atex.executor.fmf;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A stream which, closed from this side or cut off, has simply ended. */
final class ClosableInput extends FilterInputStream {

    ClosableInput(InputStream in) {
        super(in);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
        try {
            return in.read(buffer, offset, length);
        } catch (IOException e) {
            return -1; // why it was cut off is said by the exit of the process
        }
    }

    @Override
    public int available() {
        try {
            return in.available();
        } catch (IOException e) {
            return 0;
        }
    }
}
