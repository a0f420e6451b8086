package dev.atex.testingfarm.api;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** The service could not be asked, or did not answer as it should. The message says what was asked, what came, and what to do. */
public abstract sealed class ApiException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private ApiException(String message) {
        super(message);
    }

    private ApiException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether the same call can have another answer later, when nobody changes anything. */
    public abstract boolean isTemporary();

    /**
     * Whether who asked has to change something before it can work: the token, or what was asked for. A command exits with 2 then,
     * and not with 3.
     */
    public boolean isUsersMistake() {
        return false;
    }

    private static String time(Instant instant) {
        return TIME.format(instant.atZone(ZoneId.systemDefault()));
    }

    /** No answer, or one of those that are tried again, until patience ended. */
    public static final class Unavailable extends ApiException {
        private static final long serialVersionUID = 1L;
        private final Instant since;
        private final Instant until;

        Unavailable(String what, String why, Instant since, Instant until, Throwable cause) {
            super(
                    what + ": the service is down: " + why + ", since " + time(since) + ", retried until "
                            + time(until),
                    cause);
            this.since = since;
            this.until = until;
        }

        /** When it did not answer for the first time. */
        public Instant since() {
            return since;
        }

        /** When the last attempt was made. */
        public Instant until() {
            return until;
        }

        @Override
        public boolean isTemporary() {
            return true;
        }
    }

    /**
     * Its certificate is not trusted, its name not known, or what is there is something else: until somebody changes something. Only
     * said of a host that has not answered yet.
     */
    public static final class Unreachable extends ApiException {
        private static final long serialVersionUID = 1L;

        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public boolean isTemporary() {
            return false;
        }
    }

    /** 401: there is no token, or not a valid one. */
    public static final class Unauthorized extends ApiException {
        private static final long serialVersionUID = 1L;

        Unauthorized(String message) {
            super(message);
        }

        @Override
        public boolean isUsersMistake() {
            return true;
        }

        @Override
        public boolean isTemporary() {
            return false;
        }
    }

    /** What the token may have at a time is used up. */
    public static final class QuotaExceeded extends ApiException {
        private static final long serialVersionUID = 1L;

        QuotaExceeded(String message) {
            super(message);
        }

        @Override
        public boolean isTemporary() {
            return true;
        }
    }

    /** Any other status than 200. */
    public static final class UnexpectedStatus extends ApiException {
        private static final long serialVersionUID = 1L;
        private final int status;

        UnexpectedStatus(int status, String message) {
            super(message);
            this.status = status;
        }

        /** The HTTP status. */
        public int status() {
            return status;
        }

        /** Whether the service knows nothing of what was asked for. */
        public boolean isNoSuchRequest() {
            return status == 404;
        }

        /** 400 and 422: the service understood what was asked, and that it cannot be. */
        @Override
        public boolean isUsersMistake() {
            return status == 400 || status == 422;
        }

        @Override
        public boolean isTemporary() {
            return false;
        }
    }

    /** An answer whose content type is not {@code application/json}. */
    public static final class NotJsonType extends ApiException {
        private static final long serialVersionUID = 1L;

        NotJsonType(String message) {
            super(message);
        }

        @Override
        public boolean isTemporary() {
            return true;
        }
    }

    /** An answer that is not JSON, or not the JSON that belongs there. */
    public static final class MalformedAnswer extends ApiException {
        private static final long serialVersionUID = 1L;

        MalformedAnswer(String message) {
            super(message);
        }

        MalformedAnswer(String message, Throwable cause) {
            super(message, cause);
        }

        @Override
        public boolean isTemporary() {
            return true;
        }
    }
}
