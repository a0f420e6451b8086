package dev.atex.lease.ledger;

import dev.atex.lease.LeaseRecord;
import dev.atex.lease.LeaseState;
import dev.atex.lease.Reclaimer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Leases whose lines in a ledger cannot be read. Their ids follow from the run's id; where to look follows from other lines
 * with the same kind.
 *
 * @param possible leases to look for
 * @param told messages for the user; each keeps the ledger
 */
record UnknownLeases(List<LeaseRecord> possible, List<String> told) {
    /** The shortest possible record of a lease. */
    private static final int SHORTEST_LINE = 64;

    private static final int MOST = 64;
    private static final Pattern KIND = Pattern.compile("\"kind\":\"([^\"]*)");

    static UnknownLeases of(LedgerReader ledger, String run, Path path, Map<String, Reclaimer> reclaimers) {
        LedgerReader.Damage damage = ledger.damage();
        Set<Integer> ids = ids(ledger, run);
        if (ids.isEmpty()) {
            return new UnknownLeases(List.of(), List.of());
        }
        List<LeaseRecord> possible = new ArrayList<>();
        Map<String, Set<Map<String, String>>> places = places(ledger, reclaimers);
        for (int id : ids.stream().limit(MOST).toList()) {
            places.forEach((kind, locators) -> locators.forEach(locator -> possible.add(
                    new LeaseRecord(LeaseNames.id(run, id), run, kind, locator, LeaseState.INTEND, Instant.EPOCH))));
        }
        List<String> told = new ArrayList<>();
        String looked = ", besides what is told here if there is something (by the marks of the run, in the places of: "
                + String.join(", ", places.keySet())
                + "). Look yourself whether something is left, then delete that file";
        ledger.open().stream()
                .filter(UnknownLeases::isUnknown)
                .forEach(lease -> told.add("the line of " + path + " that says what lease " + lease.id()
                        + " was to be is missing" + looked));
        if (!damage.lines().isEmpty()) {
            told.add((damage.lines().size() == 1 ? "line " : "lines ")
                    + damage.lines().stream().map(String::valueOf).collect(Collectors.joining(", ")) + " of " + path
                    + (damage.lines().size() == 1 ? " is" : " are")
                    + " damaged: what was written there is not known" + looked);
        }
        tornKind(damage)
                .filter(kind -> !places.containsKey(kind))
                .ifPresent(kind -> told.add("the last line of " + path + " is cut off: it was about something of kind '"
                        + kind + "', and it is not known where" + looked));
        if (ids.size() > MOST) {
            told.add("so much of " + path + " cannot be read that not all of it could be looked for" + looked);
        }
        return new UnknownLeases(possible, told);
    }

    /** Returns whether only the id of a lease is known. */
    static boolean isUnknown(LeaseRecord lease) {
        return lease.kind().isEmpty();
    }

    private static Set<Integer> ids(LedgerReader ledger, String run) {
        Set<Integer> ids = new TreeSet<>();
        ledger.open().stream()
                .filter(UnknownLeases::isUnknown)
                .map(lease -> LeaseNames.number(run, lease.id()))
                .flatMapToInt(OptionalInt::stream)
                .forEach(ids::add);
        if (ledger.damage().isNone()) {
            return ids;
        }
        Set<Integer> known = new HashSet<>();
        int last = 0;
        for (LeaseRecord lease : ledger.leases()) {
            int number = LeaseNames.number(run, lease.id()).orElse(0);
            known.add(number);
            last = Math.max(last, number);
        }
        long after = 1 + ledger.damage().bytes() / SHORTEST_LINE;
        for (int number = 1; number <= last + after && ids.size() <= MOST; number++) {
            if (!known.contains(number)) {
                ids.add(number);
            }
        }
        return ids;
    }

    private static Map<String, Set<Map<String, String>>> places(
            LedgerReader ledger, Map<String, Reclaimer> reclaimers) {
        Map<String, Set<Map<String, String>>> places = new LinkedHashMap<>();
        reclaimers.forEach((kind, reclaimer) -> {
            Set<Map<String, String>> locators = ledger.intended().get(kind);
            if (locators != null) {
                places.put(kind, locators.stream().map(UnknownLeases::place).collect(Collectors.toSet()));
            } else {
                reclaimer.usualLocator().ifPresent(usual -> places.put(kind, Set.of(usual)));
            }
        });
        return places;
    }

    /** Returns the locator without the name, which belongs to another lease. */
    private static Map<String, String> place(Map<String, String> locator) {
        Map<String, String> place = new LinkedHashMap<>(locator);
        place.remove(LeaseNames.NAME);
        return place;
    }

    private static Optional<String> tornKind(LedgerReader.Damage damage) {
        return damage.torn().map(KIND::matcher).filter(Matcher::find).map(found -> found.group(1));
    }
}
