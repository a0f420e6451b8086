package dev.atex.executor.fmf.execution;

import dev.atex.executor.fmf.machine.Environment;
import dev.atex.executor.fmf.machine.Workspace;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.trees.Libraries;
import dev.atex.fmf.Yaml;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one attempt, for all its starts.
 *
 * @param environment of plan and executor
 * @param beakerlib what Beakerlib adds
 * @param call variables of the call
 * @param serial the test's place in the order of tests, from 1
 * @param context for the metadata
 */
public record TestVariables(
        FmfTest test,
        Environment environment,
        Optional<Beakerlib> beakerlib,
        Map<String, String> call,
        int serial,
        String iteration,
        Map<String, ?> context) {

    /** Statements for one of its starts. */
    public String statements(Workspace workspace, int reboots, int restarts) {
        return Environment.ofTest(workspace, test, framework(workspace), call, start(reboots, restarts));
    }

    /** Returns why programs cannot be started with them. */
    public Optional<String> problem(Workspace workspace) {
        return ArgumentSpace.problem(environment.all(workspace, test, framework(workspace), call, start(0, 0)));
    }

    private Map<String, String> framework(Workspace workspace) {
        return beakerlib.map(its -> its.variables(workspace)).orElse(Map.of());
    }

    private Environment.Start start(int reboots, int restarts) {
        return new Environment.Start(serial, iteration, reboots, restarts);
    }

    /** Text of the file with the test's metadata, where Beakerlib looks for libraries, too. */
    public String metadata() {
        Map<String, @Nullable Object> all = new LinkedHashMap<>(test.data());
        if (all.remove(Libraries.NAMED) instanceof List<?> libraries) {
            List<Object> required = new ArrayList<>(libraries);
            required.addAll(Metadata.items(all.get("require")));
            all.put("require", required);
        }
        all.put("name", test.writtenName());
        if (!context.isEmpty()) {
            all.put("context", context);
        }
        return Yaml.write(all);
    }
}
