package dev.atex.connection.ssh;

import dev.atex.connection.OutputFile;

/** An output stream of a command that goes to a file. */
record FileFlow(OutputFile file) implements Flow {

    @Override
    public int accept(byte[] data, int offset, int length) {
        file.accept(data, offset, length);
        return length;
    }

    @Override
    public void end() {
        file.end();
    }
}
