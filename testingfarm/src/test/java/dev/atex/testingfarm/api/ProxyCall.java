package dev.atex.testingfarm.api;

import dev.atex.concurrent.Deadline;
import dev.atex.testingfarm.StandIn;
import java.time.Duration;
import java.util.Optional;

/** Makes one call with the environment of this process. */
final class ProxyCall {
    private ProxyCall() {}

    public static void main(String[] arguments) throws Exception {
        Pace pace = StandIn.pace().withHopeless(Duration.ofMillis(100));
        try (TestingFarm farm = new TestingFarm(Endpoint.of(System.getenv(), Optional.empty()), pace, _ -> {})) {
            System.out.println(
                    farm.whoami(Deadline.after(Duration.ofMinutes(1))).ranch());
        } catch (ApiException e) {
            System.out.println(e);
        }
    }
}
