package dev.atex.run.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.internal.concurrent.TaskScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MailboxTest {
    private record Message(int poster, int number) {}

    @Test
    void noMessageIsLostAndOrderOfEachPosterIsKept() throws Exception {
        int posters = 8;
        int each = 20_000;
        Mailbox<Message> mailbox = new Mailbox<>();
        Map<Integer, Integer> last = new HashMap<>();
        int taken = 0;
        try (TaskScope scope = TaskScope.open("posters")) {
            for (int p = 0; p < posters; p++) {
                int poster = p;
                scope.run("poster", () -> {
                    for (int i = 0; i < each; i++) {
                        mailbox.post(new Message(poster, i));
                        if (i % 97 == 0) {
                            Thread.yield(); // let the taker find it empty, and park
                        }
                    }
                });
            }
            List<Message> batch = new ArrayList<>();
            while (taken < posters * each) {
                mailbox.take(batch);
                for (Message message : batch) {
                    Integer before = last.put(message.poster(), message.number());
                    assertThat(message.number()).isEqualTo(before == null ? 0 : before + 1);
                }
                taken += batch.size();
                batch.clear();
            }
        }
        assertThat(mailbox.poll(new ArrayList<>())).isFalse();
    }

    @Test
    void waitingTakeCanBeInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> new Mailbox<String>().take(new ArrayList<>()))
                .isInstanceOf(InterruptedException.class);
    }
}
