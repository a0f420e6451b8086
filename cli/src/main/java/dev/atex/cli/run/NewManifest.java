package dev.atex.cli.run;

import dev.atex.cli.command.UsageException;
import dev.atex.cli.command.Version;
import dev.atex.cli.report.OutputOptions;
import dev.atex.cli.selection.MachineKinds;
import dev.atex.cli.state.RunManifest;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.provisioner.Provisioners;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Creates the manifest of a new run. */
final class NewManifest {
    private NewManifest() {}

    /** Options that concern only this call. */
    private static final Set<String> NOT_KEPT = Set.of("output", "dry-run", "debug-shell", "serve", "help", "verbose");

    /** Returns the manifest of a run with these options; {@code given} has them by their long names. */
    static RunManifest of(
            String id,
            RunOptions options,
            Map<String, List<String>> given,
            List<String> tests,
            Optional<RunManifest.Origin> origin)
            throws UsageException {
        Map<String, List<String>> kept = new LinkedHashMap<>();
        kept.put(
                "root",
                List.of(options.selection().root().toAbsolutePath().normalize().toString()));
        given.forEach((name, values) -> {
            if (!NOT_KEPT.contains(name) && !OutputOptions.OPTIONS.contains(name)) {
                kept.putIfAbsent(name, absolute(name, values));
            }
        });
        options.outputs().absolute().forEach((name, values) -> kept.put(name, values));
        // Defaults may be others tomorrow.
        kept.put("platform", List.of(options.platform()));
        kept.put("subtests", List.of(options.judging().subtests().word()));
        if (options.machines().told()) {
            kept.put("provision", absolute(options.machines().specs()));
        } else {
            kept.remove("provision"); // the rules for this host decide anew
        }
        options.selection().plan().ifPresent(plan -> kept.put("plan", List.of(plan)));
        return new RunManifest(
                id,
                Version.text(),
                Instant.now(),
                Path.of("").toAbsolutePath(),
                options.platform(),
                kept,
                tests,
                origin);
    }

    /** Makes names of files absolute, so that they are found from another directory. */
    private static List<String> absolute(String option, List<String> values) {
        return values.stream()
                .map(value -> switch (option) {
                    case "env-file" -> Path.of(value).toAbsolutePath().toString();
                    case "env" ->
                        value.startsWith("@")
                                ? "@" + Path.of(value.substring(1)).toAbsolutePath()
                                : value;
                    default -> value;
                })
                .toList();
    }

    private static List<String> absolute(List<ProvisionerSpec> specs) throws UsageException {
        Provisioners kinds = MachineKinds.all();
        return specs.stream().map(spec -> kinds.absolute(spec).toString()).toList();
    }
}
