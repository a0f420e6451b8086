package dev.atex.cli.view;

import dev.atex.provisioner.MachineProgress;
import dev.atex.run.model.PoolModel.Coming;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Formats a requested machine that is not ready yet. */
final class ComingMachine {
    private ComingMachine() {}

    /**
     * Returns how long it usually is in its state, or an empty text.
     *
     * @param known tells it where the machine's facts do not
     */
    static String butUsually(Coming coming, Function<Map<String, String>, String> known) {
        String usually = coming.facts().getOrDefault(MachineProgress.USUALLY, known.apply(coming.facts()));
        return usually.isEmpty() ? "" : ", usually " + usually;
    }

    /** Returns further facts: addresses first, as they may contain the others, and the line may be cut. */
    static String rest(Coming coming) {
        List<String> links =
                coming.facts().values().stream().filter(ComingMachine::isLink).toList();
        List<String> parts = new ArrayList<>(links);
        coming.facts().forEach((name, value) -> {
            boolean isSaid = name.equals(MachineProgress.STATE)
                    || name.equals(MachineProgress.USUALLY)
                    || links.stream().anyMatch(link -> link.contains(value)); // also what is empty
            if (!isSaid && !value.isEmpty()) {
                parts.add(name + " " + value);
            }
        });
        return String.join(", ", parts);
    }

    private static boolean isLink(String value) {
        return value.startsWith("https://") || value.startsWith("http://");
    }
}
