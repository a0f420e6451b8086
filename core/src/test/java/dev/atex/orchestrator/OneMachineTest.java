package dev.atex.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.run.DestructivePolicy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class OneMachineTest extends OrchestratorContract {
    @Override
    OrchestratorBuilder builder() {
        return AdHocOrchestrator.builder().oneMachine(true).destructive(DestructivePolicy.never());
    }

    @Override
    Orchestrator build(OrchestratorBuilder builder) {
        return builder.build();
    }

    @Test
    void oneMachineRunsAllTestsInOrder() throws Exception {
        List<String> ran = Collections.synchronizedList(new ArrayList<>());
        run(builder(names(10), (test, attempt, executor) -> {
            ran.add(test);
            return test.endsWith("3") ? 1 : 0;
        }));

        assertThat(ran).isEqualTo(names(10));
        assertThat(machines.made).hasSize(1);
        assertThat(machines.asked).hasValue(1);
    }

    @Test
    void destructiveGivesEachTestANewMachine() throws Exception {
        OrchestratorBuilder builder = builder(names(5), (test, attempt, executor) -> 0);
        builder.destructive(DestructivePolicy.always());
        run(builder);

        assertThat(machines.made).hasSize(5);
        assertThat(machines.asked).hasValue(5);
    }
}
