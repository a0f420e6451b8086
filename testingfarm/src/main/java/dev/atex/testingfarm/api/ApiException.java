package dev.atex.testingfarm.api;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** A call of the service failed. The message has the call, the answer, and what to do. */
public abstract sealed class ApiException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private ApiException(String message) {
        super(message);
    }

    private ApiException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns whether the same call can succeed later without a change. */
    public abstract boolean isTemporary();

    /**
     * Returns whether the user has to change the token or the request. A command then exits with 2, otherwise with 3.
     */
    public boolean isUsersMistake() {
        return false;
    }

    private static String time(Instant instant) {
        return TIME.format(instant.atZone(ZoneId.systemDefault()));
    }

    /** No answer, or only retryable ones, until the limit for retries. */
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

        /** Returns the time of the first failure. */
        public Instant since() {
            return since;
        }

        /** Returns the time of the last attempt. */
        public Instant until() {
            return until;
        }

        @Override
        public boolean isTemporary() {
            return true;
        }
    }

    /**
     * The host has an untrusted certificate or an unknown name, or is something else: retries cannot help. Only for hosts that have
     * not answered before.
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

    /** Status 401: the token is missing or invalid. */
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

    /** The quota of the token is used up. */
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

    /** Any other status that is no success. */
    public static final class UnexpectedStatus extends ApiException {
        private static final long serialVersionUID = 1L;
        private final int status;

        UnexpectedStatus(int status, String message) {
            super(message);
            this.status = status;
        }

        /** Returns the HTTP status. */
        public int status() {
            return status;
        }

        /** Returns whether the service does not know the request. */
        public boolean isNoSuchRequest() {
            return status == 404;
        }

        /** Returns whether the service rejected the request as invalid: status 400 or 422. */
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

    /** An answer that is not JSON, or not of the expected form. */
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
