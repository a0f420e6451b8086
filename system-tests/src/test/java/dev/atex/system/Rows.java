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

/**
 * Runs rows, some at a time, each in a directory that has nothing else in it. Rows without variables share JVMs, one after the
 * other: hundreds of JVMs would take more time than what they do.
 */
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
                if (row.hasVariables()) {
                    row.check(Files.createDirectory(own));
                } else {
                    checkInSharedJvm(row);
                }
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

    private static void checkInSharedJvm(Row row) throws Exception {
        SharedDirectory own = SharedDirectory.take();
        try {
            row.check(own.path(), own.jvm()::call);
        } catch (Exception | Error e) {
            own.jvm().close(); // and is not given back, whatever the row has left in it
            throw e;
        }
        own.giveBack();
    }
}
