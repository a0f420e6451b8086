package dev.atex.local;

import dev.atex.local.process.Means;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Reports once how the processes of tests are contained, if not by a control group. Thread-safe. */
record ContainmentNotice(Consumer<String> notices, Set<Means> reported) implements Consumer<Means> {
    ContainmentNotice(Consumer<String> notices) {
        this(notices, ConcurrentHashMap.newKeySet());
    }

    @Override
    public void accept(Means means) {
        if (means != Means.CGROUP && reported.add(means)) {
            notices.accept("local: processes of tests are contained by " + means.description() + " (contain="
                    + means.word() + ")");
        }
    }
}
