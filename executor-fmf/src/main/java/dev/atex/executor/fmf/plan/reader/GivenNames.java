package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.metadata.Metadata;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of variables and dimensions whose values may contain variables of the command line, such as a token.
 *
 * @param names {@code "NAME"} for a variable, {@code "@dim"} for a dimension
 */
public record GivenNames(Set<String> names) {
    /** Copies its argument. */
    public GivenNames {
        names = Set.copyOf(names);
    }

    /** Returns the first of these names that a text refers to. */
    public Optional<String> in(String text) {
        return Expansion.names(text).stream().filter(names::contains).findFirst();
    }

    /** Returns these names and those of variables whose values, before expansion, refer to one of them. */
    public GivenNames withVariables(Map<String, String> variables) {
        Set<String> more = new HashSet<>(names);
        variables.forEach((name, value) -> {
            if (in(value).isPresent()) {
                more.add(name);
            }
        });
        return new GivenNames(more);
    }

    /** Returns these names and those of dimensions whose values, as a plan has them in {@code context}, refer to one of them. */
    public GivenNames withContext(@Nullable Object context) {
        if (!(context instanceof Map<?, ?> dimensions)) {
            return this;
        }
        Set<String> more = new HashSet<>(names);
        dimensions.forEach((dimension, values) -> {
            if (isIn(values)) {
                more.add("@" + Metadata.scalar(dimension));
            }
        });
        return new GivenNames(more);
    }

    /** Returns these names and those of variables and dimensions that an adjust rule for a plan sets with one of them. */
    public GivenNames withRule(Map<?, ?> rule) {
        GivenNames more = this;
        for (Map.Entry<?, ?> entry : rule.entrySet()) {
            String key = withoutOperator(entry.getKey());
            if (key.equals("context")) {
                more = more.withContext(entry.getValue());
            } else if (key.equals("environment") && entry.getValue() instanceof Map<?, ?> variables) {
                Set<String> names = new HashSet<>(more.names);
                variables.forEach((name, value) -> {
                    if (isIn(value)) {
                        names.add(withoutOperator(name));
                    }
                });
                more = new GivenNames(names);
            }
        }
        return more;
    }

    private boolean isIn(@Nullable Object value) {
        return switch (value) {
            case String text -> in(text).isPresent();
            case List<?> list -> list.stream().anyMatch(this::isIn);
            case Map<?, ?> map -> map.values().stream().anyMatch(this::isIn);
            case null, default -> false;
        };
    }

    /** Returns a key without what says how it is merged, such as {@code +}. */
    static String withoutOperator(@Nullable Object key) {
        return String.valueOf(key).replaceFirst("[+~<-]+$", "");
    }
}
