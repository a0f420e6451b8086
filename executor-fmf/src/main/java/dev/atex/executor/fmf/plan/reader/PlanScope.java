package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.fmf.Context;
import dev.atex.fmf.Decision;
import dev.atex.fmf.FmfException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inputs for reading all parts of a plan.
 *
 * @param plan the name of the plan
 * @param origin its place
 * @param trusted whether its tree is on this host, and so may name files and directories of this host
 * @param context decides {@code when}
 * @param given the names of variables and dimensions that contain values of the command line
 * @param guests names and roles of the machine, by which {@code where} selects
 */
public record PlanScope(
        String plan,
        Origin origin,
        boolean trusted,
        Context context,
        Expansion expansion,
        GivenNames given,
        Set<String> guests,
        Findings findings) {

    /** An error in a plan, with its place. */
    public static final class PlanMistakeException extends DiscoveryException {
        private static final long serialVersionUID = 1L;

        public PlanMistakeException(String message) {
            super(message);
        }
    }

    /** Returns an error in the plan, with its place. */
    public DiscoveryException mistake(String message, @Nullable Object value, Object... path) {
        return mistakeIn(plan, origin, message, value, path);
    }

    public static DiscoveryException mistakeIn(
            String plan, Origin origin, String message, @Nullable Object value, Object... path) {
        return new PlanMistakeException(
                origin.place(value, path).map(place -> place + ": ").orElse("") + "plan '" + plan + "': " + message);
    }

    /**
     * Returns an address, expanded.
     *
     * @throws IllegalArgumentException the plan is from another repository, and the address names a variable that contains
     *     a value of the command line: it would send a token to whom it likes
     */
    public String address(String text) {
        if (!trusted) {
            checkForeign(text);
        }
        return expansion.text(text);
    }

    /** Returns an address that is written in a fetched tree, expanded; throws as {@link #address}. */
    public String foreignAddress(String text) {
        checkForeign(text);
        return expansion.text(text);
    }

    private void checkForeign(String text) {
        given.in(text).ifPresent(name -> {
            throw new IllegalArgumentException("'" + UrlFiles.shown(text) + "' names $" + name
                    + ", whose value comes from the command line (-e). An address that is written in another repository does"
                    + " not get such values: it could send them anywhere. Write the value into a plan of your own");
        });
    }

    /** Checks the addresses of {@code require} and {@code recommend} in the data of a test, or in a rule; throws as {@link #address}. */
    void checkRequirements(Map<?, ?> data) {
        data.forEach((key, value) -> {
            String name = GivenNames.withoutOperator(key);
            if (!trusted && (name.equals("require") || name.equals("recommend"))) {
                checkMappings(value, false);
            }
        });
    }

    private void checkMappings(@Nullable Object value, boolean inMapping) {
        switch (value) {
            case String text when inMapping -> checkForeign(text);
            case List<?> list -> list.forEach(each -> checkMappings(each, inMapping));
            case Map<?, ?> map -> map.values().forEach(each -> checkMappings(each, true));
            case null, default -> {}
        }
    }

    /** Returns the phases of a step, as they are written. */
    public List<PhaseData> phases(Map<String, @Nullable Object> data, String step) throws DiscoveryException {
        List<PhaseData> phases = new ArrayList<>();
        List<?> items = Metadata.items(data.get(step));
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof Map<?, ?> phase)) {
                throw mistake(
                        Metadata.unexpected(step, "a mapping or a list of mappings", items.get(i)),
                        items.get(i),
                        step,
                        i);
            }
            phases.add(new PhaseData(this, step, i, phase));
        }
        for (int i = 0; i < phases.size(); i++) {
            for (PhaseData before : phases.subList(0, i)) {
                if (before.name().equals(phases.get(i).name())) {
                    throw phases.get(i).mistake("name", twice(step, before.name()));
                }
            }
        }
        return phases;
    }

    private static String twice(String step, String name) {
        return step.equals("discover")
                ? "two sections have the name '" + name + "'"
                : "two phases have the name '" + name + "'";
    }

    /** Returns whether one of the rules holds; a rule that the context does not decide does not hold. */
    public boolean holds(PhaseData phase, @Nullable Object rules) throws DiscoveryException {
        for (Object rule : Metadata.items(rules)) {
            try {
                if (context.matches(rule) == Decision.TRUE) {
                    return true;
                }
            } catch (FmfException e) {
                throw phase.mistake("when", "when: " + e.getMessage());
            }
        }
        return false;
    }

    public Optional<String> place(@Nullable Object value, Object... path) {
        return origin.place(value, path);
    }
}
