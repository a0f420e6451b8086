package dev.atex.libvirt.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atex.concurrent.Deadline;
import dev.atex.connection.Command;
import dev.atex.connection.Connection;
import dev.atex.internal.concurrent.TaskScope;
import dev.atex.lease.LeaseLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class SharedUsersTest {
    private static final int USES = 3;

    private final Map<String, String> inUse = new ConcurrentHashMap<>();

    /** Uses a domain once, and checks that nobody else does at the same time. */
    private void use(SharedHost host, CountDownLatch ready) throws Exception {
        try (SharedReservation one = new SharedReservation(host.settings().name(), host)) {
            Connection connection = one.reserve();
            String domain = one.domain().orElseThrow();
            assertThat(inUse.put(domain, host.settings().name())).isNull();
            ready.countDown();
            assertThat(connection
                            .run(Command.of("echo", "here"), Deadline.never())
                            .stdoutText())
                    .isEqualTo("here\n");
            assertThat(inUse.remove(domain)).isEqualTo(host.settings().name());
        }
    }

    /** One user has both domains, and would take each again at once. */
    @Test
    @Tag("slow")
    void usersWithManyMachinesLeaveSomeToOthers() throws Exception {
        try (StandInHost host = StandInHost.up(2);
                TaskScope scope = TaskScope.open("users")) {
            SharedHost alice = host.host(LeaseLog.unrecorded(), "name=alice");
            SharedHost bob = host.host(LeaseLog.unrecorded(), "name=bob");
            CountDownLatch aliceHasBoth = new CountDownLatch(2);
            CountDownLatch bobIsDone = new CountDownLatch(USES);
            List<TaskScope.Task<Integer>> greedy = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                greedy.add(scope.fork("alice", () -> {
                    int uses = 0;
                    while (bobIsDone.getCount() > 0) {
                        use(alice, aliceHasBoth);
                        uses++;
                    }
                    return uses;
                }));
            }
            aliceHasBoth.await();
            for (int i = 0; i < USES; i++) {
                use(bob, bobIsDone);
            }
            int uses = 0;
            for (TaskScope.Task<Integer> each : greedy) {
                uses += each.join(Deadline.after(Duration.ofMinutes(4)));
            }
            assertThat(uses).isGreaterThanOrEqualTo(2);
            assertThat(host.running()).isEmpty();
        }
    }

    private static Holders holders(String... holders) {
        Map<String, String> byDomain = new ConcurrentHashMap<>();
        for (int i = 0; i < holders.length; i++) {
            byDomain.put("vm" + i, holders[i]);
        }
        return new Holders(byDomain);
    }

    @Test
    void userGivesWayIfLastDomainIsFreeAndItHasItsPart() {
        assertThat(holders("(free)").givesWay("a")).isFalse();
        assertThat(holders("a", "(free)").givesWay("a")).isTrue();
        assertThat(holders("a", "(free)", "(free)", "(free)").givesWay("a")).isFalse();
        assertThat(holders("a", "a", "(free)", "(free)").givesWay("a")).isFalse(); // two are left
        assertThat(holders("a", "a", "a", "(free)").givesWay("a")).isTrue();
        assertThat(holders("a", "b", "(free)", "b").givesWay("a")).isFalse(); // its part is two
        assertThat(holders("a", "b", "c", "(free)", "d", "e").givesWay("a")).isTrue();
    }
}
