package dev.atex.orchestrator;

import dev.atex.concurrent.Deadline;
import dev.atex.concurrent.TaskScope;
import dev.atex.concurrent.TaskScope.Body;

/** The threads of a run that need not be waited for when it is in a hurry: all but releases. */
final class Work {
    private final TaskScope scope;
    private volatile boolean hurried;

    Work(String name) {
        scope = TaskScope.open(name);
    }

    TaskScope.Task<Void> run(String name, Body body) {
        return scope.run(name, () -> {
            if (hurried) {
                Thread.currentThread().interrupt();
            }
            body.run();
        });
    }

    boolean isHurried() {
        return hurried;
    }

    /** Interrupts everything that runs, and everything that is still to come. */
    void hurry() {
        hurried = true;
        scope.interrupt();
    }

    boolean close(Deadline deadline) throws InterruptedException {
        return scope.close(deadline);
    }
}
