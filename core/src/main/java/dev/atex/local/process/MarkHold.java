package dev.atex.local.process;

import java.util.List;
import java.util.Map;

/** Contains processes only by their marks. */
record MarkHold() implements Hold {
    @Override
    public Means means() {
        return Means.MARK;
    }

    @Override
    public List<String> enter(List<String> argv, Map<String, String> environment) {
        return argv;
    }

    @Override
    public boolean endsAtOnce() {
        return false;
    }
}
