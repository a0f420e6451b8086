package dev.atex.cli.slf4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class SystemLoggerProviderTest {
    /** Kept: the platform forgets loggers that nobody holds. */
    private static final Logger LOGGER = Logger.getLogger("dev.atex.ssh.mina");

    private final List<LogRecord> log = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            log.add(logged);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.setLevel(Level.FINE);
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void stop() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
        LOGGER.setLevel(null);
    }

    @Test
    void warningsAndErrorsOfLibrariesAreDebugMessages() {
        org.slf4j.Logger library = LoggerFactory.getLogger("org.apache.sshd.client.Session");
        Exception cause = new IllegalStateException("why");
        library.warn("closed {} of {}", 1, "host");
        library.error("failed", cause);
        assertThat(log)
                .extracting(LogRecord::getMessage)
                .containsExactly("Session: closed 1 of host", "Session: failed");
        assertThat(log).extracting(LogRecord::getLevel).containsOnly(Level.FINE);
        assertThat(log.getLast().getThrown()).isSameAs(cause);
    }

    @Test
    void otherMessagesOfLibrariesAreTraceMessages() {
        org.slf4j.Logger library = LoggerFactory.getLogger("org.apache.sshd.client.Session");
        library.info("{} is open", "it");
        library.debug("more");
        assertThat(log).isEmpty();
        assertThat(library.isInfoEnabled()).isFalse();
        assertThat(library.isWarnEnabled()).isTrue();
        LOGGER.setLevel(Level.ALL);
        library.info("{} is open", "it");
        assertThat(log).extracting(LogRecord::getMessage).containsExactly("Session: it is open");
        assertThat(log).extracting(LogRecord::getLevel).containsOnly(Level.FINER);
    }
}
