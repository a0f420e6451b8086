package dev.atex.fmf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Criteria for nodes, all of which a node must meet; an empty list is no criterion.
 *
 * @param whole look at all nodes, not only at the selected ones
 * @param sorted siblings by name; false for the order of definition
 * @param keys keys that all must be there
 * @param names regular expressions, one of which must be found in the name
 * @param filters {@link Filter}s that all must match
 * @param conditions Python expressions that all must be true, see {@link Condition}
 * @param sources files, one of which must have contributed to the node
 */
public record Selection(
        boolean whole,
        boolean sorted,
        List<String> keys,
        List<String> names,
        List<String> filters,
        List<String> conditions,
        List<Path> sources) {
    /** Copies the lists. */
    public Selection {
        keys = List.copyOf(keys);
        names = List.copyOf(names);
        filters = List.copyOf(filters);
        conditions = List.copyOf(conditions);
        sources = List.copyOf(sources);
    }

    /** Criteria to be filled in. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a {@link Selection}; each method adds to what was there. */
    public static final class Builder {
        private boolean whole;
        private boolean sorted = true;
        private final List<String> keys = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final List<String> filters = new ArrayList<>();
        private final List<String> conditions = new ArrayList<>();
        private final List<Path> sources = new ArrayList<>();

        private Builder() {}

        /** Whether to look at all nodes. */
        public Builder whole(boolean all) {
            whole = all;
            return this;
        }

        /** Whether siblings come by name. */
        public Builder sorted(boolean byName) {
            sorted = byName;
            return this;
        }

        /** Keys that must be there. */
        public Builder keys(List<String> required) {
            keys.addAll(required);
            return this;
        }

        /** Keys that must be there. */
        public Builder keys(String... required) {
            return keys(Arrays.asList(required));
        }

        /** Regular expressions, one of which must be found in the name. */
        public Builder names(List<String> expressions) {
            names.addAll(expressions);
            return this;
        }

        /** Regular expressions, one of which must be found in the name. */
        public Builder names(String... expressions) {
            return names(Arrays.asList(expressions));
        }

        /** Filters that must match. */
        public Builder filters(List<String> required) {
            filters.addAll(required);
            return this;
        }

        /** Filters that must match. */
        public Builder filters(String... required) {
            return filters(Arrays.asList(required));
        }

        /** Expressions that must be true. */
        public Builder conditions(List<String> expressions) {
            conditions.addAll(expressions);
            return this;
        }

        /** Expressions that must be true. */
        public Builder conditions(String... expressions) {
            return conditions(Arrays.asList(expressions));
        }

        /** Files, one of which must have contributed; relative ones count from the working directory. */
        public Builder sources(List<Path> files) {
            sources.addAll(files);
            return this;
        }

        /** Files, one of which must have contributed; relative ones count from the working directory. */
        public Builder sources(Path... files) {
            return sources(Arrays.asList(files));
        }

        /** The criteria. */
        public Selection build() {
            return new Selection(whole, sorted, keys, names, filters, conditions, sources);
        }
    }
}
