package dev.atex.local;

import dev.atex.local.process.Means;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Reports once how the processes of tests are contained, if not by a control group. Thread-safe. */
record ContainmentNotice(Consumer<String> notices, Set<Means> told) implements Consumer<Means> {
    ContainmentNotice(Consumer<String> notices) {
        this(notices, ConcurrentHashMap.newKeySet());
    }

    @Override
    public void accept(Means means) {
        if (means != Means.CGROUP && told.add(means)) {
            notices.accept(
                    "local: what tests start is held by " + means.description() + " (contain=" + means.word() + ")");
        }
    }
}
