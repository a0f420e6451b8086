package dev.atex.executor.fmf.control;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Results of which more is to come, kept in memory by name in the order in which they first came, within a limit.
 *
 * <p>The memory they take is estimated: each addition counts in full, also where it replaces something. When the sum is
 * over twice the limit, what is really there is counted; that over the limit is the test's error. So many small updates
 * of large results stay cheap.
 */
final class PartialResults {
    private static final int EACH = 256;

    private final long limit;
    private final Map<@Nullable String, Partial> byName = new LinkedHashMap<>();
    private long atMost;

    PartialResults(long limit) {
        this.limit = limit;
    }

    /** A result so far. */
    static final class Partial {
        private final Map<String, @Nullable Object> data = new LinkedHashMap<>();
        private final SortedSet<String> files = new TreeSet<>(Report.BY_CODE_POINT);

        Map<String, @Nullable Object> data() {
            return data;
        }

        SortedSet<String> files() {
            return files;
        }

        void merge(Report report) {
            if (report.data().containsKey("files") && report.data().get("files") == null) {
                files.clear();
            }
            ResultMerge.mergeInto(data, report.data());
            files.addAll(report.fileNames());
        }

        private long size() {
            long names = files.stream().mapToLong(HeapEstimate::of).sum();
            return EACH + HeapEstimate.of(data) + names + EACH * (long) files.size();
        }
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    /** Adds to the partial result of the same name, or makes one. */
    void add(Report report) throws TestAbortedException {
        Partial partial = byName.computeIfAbsent(report.name(), _ -> new Partial());
        partial.merge(report);
        atMost += EACH
                + HeapEstimate.of(report.data())
                + EACH * (long) report.uploads().size();
        for (Report.Upload upload : report.uploads()) {
            atMost += HeapEstimate.of(upload.file());
        }
        if (atMost > 2 * limit) {
            atMost = byName.values().stream().mapToLong(Partial::size).sum();
            if (atMost > limit) {
                throw ControlErrors.report("partial results take more than the limit of " + limit + " bytes");
            }
        }
    }

    /** The partial result of one of the {@link #names}. */
    Partial get(@Nullable String name) {
        return Objects.requireNonNull(byName.get(name));
    }

    Collection<Partial> values() {
        return byName.values();
    }

    /** Takes out the partial result of this name, if there is one. */
    @Nullable
    Partial remove(@Nullable String name) {
        return byName.remove(name);
    }

    /** The names, in the order in which they first came. */
    List<@Nullable String> names() {
        return new ArrayList<>(byName.keySet());
    }
}
