package dev.atex.executor.fmf.plan.reader;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.plan.EnvironmentFile;
import dev.atex.executor.fmf.trees.TreePath;
import dev.atex.internal.files.FileProblems;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the variables of a plan: of its files, its own, of plans that import it; later ones take precedence. */
final class PlanEnvironment {
    private static final String FILES = "environment-file";

    private final String plan;
    private final Origin origin;
    private final boolean trusted;
    private final PlanReader.Outside outside;
    private final Findings findings;

    /**
     * Creates a reader for a plan.
     *
     * @param trusted whether its tree is the user's own
     */
    PlanEnvironment(String plan, Origin origin, boolean trusted, PlanReader.Outside outside, Findings findings) {
        this.plan = plan;
        this.origin = origin;
        this.trusted = trusted;
        this.outside = outside;
        this.findings = findings;
    }

    /**
     * Returns the variables as they are written.
     *
     * @param root the root of the tree, for files
     */
    Map<String, String> variables(Map<String, @Nullable Object> data, Path root)
            throws DiscoveryException, InterruptedException {
        try {
            Map<String, String> own = Metadata.environment(data.get("environment"));
            Map<String, String> variables = new LinkedHashMap<>();
            List<String> files = Metadata.strings(FILES, data.get(FILES));
            if (!files.isEmpty()) {
                Map<String, String> known = new LinkedHashMap<>(own);
                known.putAll(outside.environment());
                Expansion expansion = new Expansion(known, outside.context());
                for (String file : files) {
                    String name = expansion.text(file);
                    variables.putAll(UrlFiles.isUrl(name) ? url(name, file) : file(name, root));
                }
            }
            variables.putAll(own);
            variables.putAll(outside.environments());
            return variables;
        } catch (IllegalArgumentException e) {
            throw PlanScope.mistakeIn(
                    plan, origin, String.valueOf(e.getMessage()), data.get("environment"), "environment");
        }
    }

    /** A plan from elsewhere must not send the user's variables to its author. */
    private void checkNames(String written) throws DiscoveryException {
        Optional<String> name = trusted ? Optional.empty() : outside.given().in(written);
        if (name.isPresent()) {
            throw PlanScope.mistakeIn(
                    plan,
                    origin,
                    FILES + ": '" + UrlFiles.shown(written) + "' names $" + name.get()
                            + ", whose value comes from the command line (-e). An address that is written in another"
                            + " repository does not get such values: it could send them anywhere. Pass the variables of"
                            + " that file with -e @FILE, and leave it out of the plan",
                    written,
                    FILES);
        }
    }

    private Map<String, String> url(String address, String written) throws DiscoveryException, InterruptedException {
        checkNames(written);
        findings.refuse(
                UrlFiles.KIND,
                "the plan's 'environment-file' is a URL, which a run reads with --allow " + UrlFiles.KIND + " only",
                place(written));
        try {
            Optional<Map<String, String>> variables = outside.urls().variables(address, written, findings);
            if (variables.isPresent() && variables.get().isEmpty()) {
                tellEmpty(written);
            }
            return variables.orElse(Map.of());
        } catch (IOException | IllegalArgumentException e) {
            throw PlanScope.mistakeIn(plan, origin, FILES + ": " + e.getMessage(), written, FILES);
        }
    }

    private void tellEmpty(String file) {
        findings.note("empty-file", "a plan's 'environment-file' has no variables", place(file));
    }

    private Map<String, String> file(String file, Path root) throws DiscoveryException {
        try {
            Map<String, String> variables =
                    EnvironmentFile.parse(file, EnvironmentFile.text(TreePath.real(root, file)));
            if (variables.isEmpty()) {
                tellEmpty(file);
            }
            return variables;
        } catch (IOException e) {
            throw PlanScope.mistakeIn(
                    plan,
                    origin,
                    FILES + ": "
                            + (e instanceof NoSuchFileException
                                    ? "there is no file '" + file + "' in the tree"
                                    : FileProblems.of(e)),
                    file,
                    FILES);
        } catch (IllegalArgumentException e) {
            throw PlanScope.mistakeIn(plan, origin, FILES + ": " + e.getMessage(), file, FILES);
        }
    }

    private Optional<String> place(String file) {
        return origin.place(file, FILES);
    }
}
