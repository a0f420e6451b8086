package dev.atex.fmf;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Criteria for nodes. A node must meet all of them; an empty list is no criterion.
 *
 * @param whole considers all nodes, not only the selected ones
 * @param sorted orders siblings by name; false for the order of definition
 * @param keys keys that must all exist
 * @param names regular expressions, one of which must match a part of the name
 * @param filters {@link Filter}s that must all match
 * @param conditions Python expressions that must all be true, see {@link Condition}
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

    /** Returns a builder without criteria. */
    public static Builder builder() {
        return new Builder();
    }

    /** Builds a {@link Selection}; each method for lists adds to the list. */
    public static final class Builder {
        private boolean whole;
        private boolean sorted = true;
        private final List<String> keys = new ArrayList<>();
        private final List<String> names = new ArrayList<>();
        private final List<String> filters = new ArrayList<>();
        private final List<String> conditions = new ArrayList<>();
        private final List<Path> sources = new ArrayList<>();

        private Builder() {}

        /** Sets whether to consider all nodes. */
        public Builder whole(boolean all) {
            whole = all;
            return this;
        }

        /** Sets whether to order siblings by name. */
        public Builder sorted(boolean byName) {
            sorted = byName;
            return this;
        }

        /** Adds keys that must exist. */
        public Builder keys(List<String> required) {
            keys.addAll(required);
            return this;
        }

        /** Adds keys that must exist. */
        public Builder keys(String... required) {
            return keys(Arrays.asList(required));
        }

        /** Adds regular expressions, one of which must match a part of the name. */
        public Builder names(List<String> expressions) {
            names.addAll(expressions);
            return this;
        }

        /** Adds regular expressions, one of which must match a part of the name. */
        public Builder names(String... expressions) {
            return names(Arrays.asList(expressions));
        }

        /** Adds filters that must match. */
        public Builder filters(List<String> required) {
            filters.addAll(required);
            return this;
        }

        /** Adds filters that must match. */
        public Builder filters(String... required) {
            return filters(Arrays.asList(required));
        }

        /** Adds expressions that must be true. */
        public Builder conditions(List<String> expressions) {
            conditions.addAll(expressions);
            return this;
        }

        /** Adds expressions that must be true. */
        public Builder conditions(String... expressions) {
            return conditions(Arrays.asList(expressions));
        }

        /** Adds files, one of which must have contributed; relative paths start at the working directory. */
        public Builder sources(List<Path> files) {
            sources.addAll(files);
            return this;
        }

        /** Adds files, one of which must have contributed; relative paths start at the working directory. */
        public Builder sources(Path... files) {
            return sources(Arrays.asList(files));
        }

        /** Returns the criteria. */
        public Selection build() {
            return new Selection(whole, sorted, keys, names, filters, conditions, sources);
        }
    }
}
