package dev.atex.cli.machines;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Facts that {@code probe.sh} has printed about a machine, and the problems that follow from them. */
final class MachineFacts {
    private static final long LEAST_KIB = 100L << 10;
    private static final long FEW_KIB = 1L << 20;
    private static final Duration CLOCKS = Duration.ofMinutes(1);
    private static final int OLDEST_BASH_MAJOR = 4;
    private static final int OLDEST_BASH_MINOR = 2;

    private final Map<String, String> facts = new LinkedHashMap<>();
    private final List<String> missing = new ArrayList<>();
    private final boolean isThisHost;
    private final long clockHere;

    /**
     * Reads them.
     *
     * @param isThisHost whether the machine is this host, to which nothing is copied
     * @param clockHere seconds since 1970 on this host at about the same time
     */
    MachineFacts(String text, boolean isThisHost, long clockHere) {
        this.isThisHost = isThisHost;
        this.clockHere = clockHere;
        text.lines().forEach(line -> {
            String[] fact = line.split(" ", 2);
            if (fact[0].equals("missing") && fact.length == 2) {
                missing.add(fact[1]);
            } else {
                facts.put(fact[0], fact.length == 2 ? fact[1].strip() : "");
            }
        });
    }

    /** Returns all facts by name, for programs. */
    Map<String, String> byName() {
        return facts;
    }

    /** Returns the most important facts as text. */
    String text() {
        List<String> parts = new ArrayList<>();
        parts.add(facts.getOrDefault("system", "unknown system"));
        parts.add(user().isEmpty() ? "unknown user" : user());
        if (facts.containsKey("bash")) {
            parts.add("bash " + facts.get("bash"));
        }
        if (facts.containsKey("packages")) {
            parts.add(facts.get("packages"));
        }
        if (freeKib() >= 0) {
            parts.add((freeKib() >> 10) + " MiB free");
        }
        return String.join(", ", parts);
    }

    /** Returns problems with which no test can run, and what to do about them. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        if (!facts.containsKey("bash")) {
            errors.add("bash is missing: install bash 4.2 or newer there");
        } else if (isOld(facts.getOrDefault("bash", ""))) {
            errors.add("bash " + facts.get("bash") + " is too old: install 4.2 or newer there");
        }
        if (!missing.isEmpty()) {
            errors.add("these programs are missing: " + String.join(", ", missing)
                    + "; install them there (packages coreutils and util-linux)");
        }
        if (facts.containsKey("tar") && !isThisHost) {
            errors.add("tar is missing, and files cannot be copied without it: install it there (package tar)");
        }
        if (!facts.containsKey("space")) {
            errors.add("none of /var, /var/tmp and /tmp can be written to by " + user() + ": log in as another user");
        } else if (freeKib() >= 0 && freeKib() < LEAST_KIB) {
            errors.add("only " + (freeKib() >> 10) + " MiB are free in " + directory() + ": make room there");
        }
        return errors;
    }

    /** Returns problems with which some tests cannot run. */
    List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        if (freeKib() >= LEAST_KIB && freeKib() < FEW_KIB) {
            warnings.add("only " + (freeKib() >> 10) + " MiB are free in " + directory());
        }
        if (facts.containsKey("sudo")) {
            warnings.add("tests run as " + user() + ", and packages cannot be installed: log in as root"
                    + (facts.get("sudo").equals("yes") ? ", or use the option sudo=root" : ""));
        }
        if (!facts.containsKey("packages")) {
            warnings.add(
                    "there is no dnf, yum, apt-get, zypper or apk: packages that tests require cannot be installed");
        }
        Duration off = Duration.ofSeconds(number(facts.getOrDefault("clock", ""), clockHere) - clockHere);
        if (off.abs().compareTo(CLOCKS) > 0) {
            warnings.add("its clock is " + off.abs().toSeconds() + " s " + (off.isNegative() ? "slow" : "fast")
                    + ": certificates and package signatures may be refused; set it");
        }
        return warnings;
    }

    private String user() {
        return facts.getOrDefault("user", "").split(" ", 2)[0];
    }

    private long freeKib() {
        return number(facts.getOrDefault("space", "").split(" ", 2)[0], -1);
    }

    private String directory() {
        String[] parts = facts.getOrDefault("space", "").split(" ", 2);
        return parts.length == 2 ? parts[1] : "/var";
    }

    private static boolean isOld(String version) {
        String[] parts = version.split("\\.", 2);
        long major = number(parts[0], 0);
        long minor = parts.length == 2 ? number(parts[1], 0) : 0;
        return major < OLDEST_BASH_MAJOR || (major == OLDEST_BASH_MAJOR && minor < OLDEST_BASH_MINOR);
    }

    private static long number(String text, long otherwise) {
        return text.matches("[0-9]{1,17}") ? Long.parseLong(text) : otherwise;
    }
}
