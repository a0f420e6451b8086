package dev.atex.executor.fmf.control;

import java.time.Duration;

/** A request of a running test. */
public sealed interface TestRequest {

    /** {@code abort}: the end of this test, as an error, and no more tests. */
    record Abort() implements TestRequest {}

    /** {@code reboot}: the machine is to be there again within this time after the {@code disconnect} that follows. */
    record ComeBackWithin(Duration limit) implements TestRequest {}
}
