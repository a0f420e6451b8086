package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.findings.DiscoveryException;
import dev.atex.executor.fmf.plan.FmfPlan;
import dev.atex.executor.fmf.plan.reader.PlanReader;
import dev.atex.executor.fmf.test.FmfTest;
import dev.atex.executor.fmf.trees.FetchedTrees;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Creates plans and tests without a tree of fmf files, for tests of other packages. */
public final class DiscoverySupport {
    private DiscoverySupport() {}

    /** Returns the plan with these metadata. */
    public static FmfPlan plan(String name, Map<String, Object> data) {
        try {
            return PlanReader.ofValues(name, data);
        } catch (DiscoveryException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Returns tests below the root of a tree. */
    public static FmfTests tests(FmfPlan plan, Path tree, Collection<FmfTest> tests) {
        return new FmfTests(plan, Map.of("", tree), Set.of(), tests);
    }

    /** Returns tests below the root of a tree, with other trees that they fetch. */
    public static FmfTests tests(FmfPlan plan, Path tree, Collection<FmfTest> tests, Optional<FetchedTrees> fetched) {
        return new FmfTests(
                plan, Map.of("", tree), Set.of(), tests, List.of(), List.of(), List.of(), fetched, false, List.of());
    }

    /** Looks for {@code library(foo/bar)} at this address, followed by {@code foo}. */
    public static Discovery libraryBase(Discovery discovery, String address) {
        return discovery.libraryBase(address);
    }
}
