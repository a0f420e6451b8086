package dev.atex.executor.fmf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.executor.ExecutorContract;
import dev.atex.executor.ExecutorFactory;
import dev.atex.executor.fmf.discovery.DiscoverySupport;
import dev.atex.executor.fmf.discovery.FmfTests;
import dev.atex.executor.fmf.test.FmfTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

class FmfExecutorContractTest extends ExecutorContract {
    private FmfTests tests;

    @Override
    protected ExecutorFactory factory(Map<String, String> scripts) throws Exception {
        List<FmfTest> all = new ArrayList<>();
        scripts.forEach((name, script) -> all.add(new FmfTest(name, "", Map.of("test", script))));
        Path tree = Files.createDirectory(temp.resolve("tree"));
        tests = DiscoverySupport.tests(DiscoverySupport.plan("/plan", Map.of()), tree, all);
        return FmfExecutorFactory.builder(tests).build();
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        tests.close();
        executor.stop();
        String name = "atex-" + ((FmfExecutor) executor).identity().suffix();
        assertThat(Path.of("/var", name)).doesNotExist();
    }
}
