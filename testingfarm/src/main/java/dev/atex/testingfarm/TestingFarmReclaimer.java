package dev.atex.testingfarm;

import dev.atex.concurrent.Deadline;
import dev.atex.lease.LeaseException;
import dev.atex.lease.LeaseRecord;
import dev.atex.lease.Reclaimer;
import dev.atex.lease.ledger.CrashPoints;
import dev.atex.testingfarm.api.ApiException;
import dev.atex.testingfarm.api.Endpoint;
import dev.atex.testingfarm.api.FarmRequest;
import dev.atex.testingfarm.api.Pace;
import dev.atex.testingfarm.api.TestingFarm;
import dev.atex.testingfarm.api.Token;
import dev.atex.testingfarm.options.OptionReader;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Cancels requests of dead runs. Takes the token from the environment, as the ledger only has the name of its variable. Found by {@link java.util.ServiceLoader}. */
public final class TestingFarmReclaimer implements Reclaimer {
    private static final System.Logger LOG = System.getLogger("dev.atex.testingfarm");
    static final String URL = "url";
    /** The name of the environment variable with the token. */
    static final String TOKEN_ENV = OptionReader.TOKEN_ENV;

    static final String TOKEN_ID = "token-id";
    static final String USER_ID = "user-id";
    static final String SETTLE = "settle";
    /** Files and directories with more certificates that the run trusted. */
    static final String CA = "ca";

    static final String BETWEEN = ":";

    static final String RETRY_PAUSE = "retry-pause";
    static final String REQUEST = "request";
    static final String UNCERTAIN = LeaseRecord.UNCERTAIN;

    private static final int FORBIDDEN = 403;

    private final Map<String, String> environment;

    /** For {@link java.util.ServiceLoader}. */
    public TestingFarmReclaimer() {
        this(System.getenv());
    }

    TestingFarmReclaimer(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public String kind() {
        return TestingFarmProvisionerFactory.KIND;
    }

    /** A request that was being submitted when the run died may appear later. */
    @Override
    public Duration longestCreate(LeaseRecord lease) {
        try {
            return Duration.ofMillis(number(lease, SETTLE));
        } catch (LeaseException | IllegalArgumentException e) {
            return Pace.usual().settle(); // the ledger is damaged
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T run(TestingFarm farm) throws ApiException, LeaseException, InterruptedException;
    }

    @Override
    public Optional<String> find(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        return at(lease, farm -> {
            List<FarmRequest> found = new ArrayList<>();
            Optional<String> known = request(lease);
            if (known.isPresent()) {
                request(farm, known.get(), deadline)
                        .filter(FarmRequest::isAlive)
                        .ifPresent(found::add);
            }
            if (isUncertain(lease)) {
                tagged(farm, lease).alive(deadline).stream()
                        .filter(each -> !known.equals(Optional.of(each.id())))
                        .forEach(found::add);
            }
            return found.isEmpty()
                    ? Optional.empty()
                    : Optional.of(found.stream()
                            .map(each -> "request " + each.id() + " (" + each.state() + ")")
                            .collect(Collectors.joining(", ")));
        });
    }

    /** Returns the request; empty if the service does not know it. */
    private static Optional<FarmRequest> request(TestingFarm farm, String id, Deadline deadline)
            throws ApiException, InterruptedException {
        try {
            return Optional.of(farm.request(id, deadline));
        } catch (ApiException.UnexpectedStatus e) {
            if (e.isNoSuchRequest()) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public void release(LeaseRecord lease, Deadline deadline) throws LeaseException, InterruptedException {
        boolean _ = at(lease, farm -> {
            Optional<String> known = request(lease);
            if (known.isPresent()) {
                CrashPoints.reached("testingfarm before reclaim");
                farm.cancel(known.get(), deadline);
                CrashPoints.reached("testingfarm after reclaim");
            }
            if (isUncertain(lease) && !tagged(farm, lease).cancelAllBut(Optional.empty(), Duration.ZERO, deadline)) {
                throw new LeaseException(
                        "requests of lease " + lease.id() + ": the search for them did not end in time");
            }
            LOG.log(
                    Level.DEBUG,
                    () -> "lease " + lease.id() + ": canceled "
                            + known.map(id -> "request " + id).orElse("what was found"));
            return true;
        });
    }

    private <T> T at(LeaseRecord lease, Work<T> work) throws LeaseException, InterruptedException {
        Endpoint endpoint = endpoint(lease);
        if (endpoint.token().isEmpty()) {
            throw new LeaseException(
                    "cannot ask Testing Farm about the request of lease " + lease.id() + ": its run had the"
                            + " token in the environment variable " + endpoint.variable()
                            + ", which is not set here. Set it to that token (its id is " + lease.locator(TOKEN_ID)
                            + ") and run 'atex reap' again");
        }
        Pace pace = Pace.usual().withFirstPause(Duration.ofMillis(number(lease, RETRY_PAUSE)));
        try (TestingFarm farm = new TestingFarm(endpoint, pace, _ -> {})) {
            return work.run(farm);
        } catch (ApiException e) {
            String whose = e instanceof ApiException.UnexpectedStatus other && other.status() == FORBIDDEN
                    ? ". Its run had the token with the id " + lease.locator(TOKEN_ID) + " in " + endpoint.variable()
                            + "; check that the variable still has that token"
                    : "";
            throw new LeaseException("lease " + lease.id() + ": " + e.getMessage() + whose, e);
        }
    }

    private Endpoint endpoint(LeaseRecord lease) throws LeaseException {
        Endpoint endpoint;
        try {
            String variable = Token.variable(lease.locator().getOrDefault(TOKEN_ENV, Token.VARIABLE));
            endpoint = Endpoint.of(environment, Optional.of(lease.locator(URL)), variable);
        } catch (IllegalArgumentException e) {
            throw new LeaseException("lease " + lease.id() + ": " + e.getMessage(), e);
        }
        for (String authorities : lease.locator().getOrDefault(CA, "").split(BETWEEN, -1)) {
            if (!authorities.isEmpty()) {
                endpoint = endpoint.trusting(Path.of(authorities));
            }
        }
        return endpoint;
    }

    private static long number(LeaseRecord lease, String key) throws LeaseException {
        try {
            return Long.parseLong(lease.locator(key));
        } catch (NumberFormatException e) {
            throw new LeaseException("lease " + lease.id() + ": '" + key + "' is not a number", e);
        }
    }

    private static Optional<String> request(LeaseRecord lease) {
        return Optional.ofNullable(lease.locator().get(REQUEST));
    }

    private static boolean isUncertain(LeaseRecord lease) {
        return request(lease).isEmpty() || lease.locator().containsKey(UNCERTAIN);
    }

    private static TaggedRequests tagged(TestingFarm farm, LeaseRecord lease) {
        return new TaggedRequests(farm, lease.locator(TOKEN_ID), lease.locator(USER_ID), lease.id(), lease.since());
    }
}
