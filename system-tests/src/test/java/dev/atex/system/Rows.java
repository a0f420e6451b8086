package dev.atex.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs rows, some at a time, each in a directory of its own. */
final class Rows {
    private static final int AT_A_TIME = 4;

    private Rows() {}

    static Stream<DynamicTest> of(Path directory, Row... rows) {
        ExecutorService executor = Executors.newFixedThreadPool(
                AT_A_TIME, Thread.ofPlatform().daemon().factory());
        Set<String> names = new HashSet<>();
        List<DynamicTest> tests = new ArrayList<>();
        for (Row row : rows) {
            if (!names.add(row.name())) {
                throw new IllegalArgumentException("two rows '" + row.name() + "'");
            }
            Path own = directory.resolve("row-" + names.size());
            Future<Void> done = executor.submit(() -> {
                row.check(Files.createDirectory(own));
                return null;
            });
            tests.add(DynamicTest.dynamicTest(row.name(), () -> {
                try {
                    done.get();
                } catch (ExecutionException e) {
                    throw e.getCause() == null ? e : e.getCause();
                }
            }));
        }
        return tests.stream().onClose(executor::shutdownNow);
    }
}
