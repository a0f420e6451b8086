package dev.atex.testingfarm.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import dev.atex.testingfarm.api.Pace;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parsed options of the provisioner.
 *
 * @param wish the requested machine
 * @param test the reserve test
 * @param access how to log in
 * @param securityGroup rules for network connections
 * @param minutes the lifetime of a machine, counted from the start of the request
 * @param max the number of machines at a time
 * @param budget the total minutes of all machines
 * @param check whether compose and hardware are checked before the first request
 * @param pace intervals and limits of calls
 */
public record FarmSettings(
        MachineRequest wish,
        ReserveTest test,
        Access access,
        SecurityGroup securityGroup,
        int minutes,
        int max,
        OptionalInt budget,
        boolean check,
        Pace pace) {
    /** The kind of the provisioner and of its leases. */
    public static final String KIND = "testingfarm";

    static final int USUAL_MAX = 3;
    static final int LARGEST_MAX = 50;
    static final int USUAL_MINUTES = 720;

    private static final int LARGEST_MINUTES = 30 * 24 * 60;

    /** Reads the options. */
    public static FarmSettings of(ProvisionerSpec spec) throws InvalidOptionException {
        return new FarmSettings(
                MachineRequest.of(spec),
                ReserveTest.of(spec),
                Access.of(spec),
                SecurityGroup.of(spec),
                OptionReader.minutes(spec, "timeout", USUAL_MINUTES, LARGEST_MINUTES),
                spec.integer("max", USUAL_MAX, 1, LARGEST_MAX),
                spec.text("budget").isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of(OptionReader.minutes(spec, "budget", 1, Integer.MAX_VALUE)),
                spec.flag("check", true),
                pace(spec));
    }

    /** Returns the lifetime of a machine. */
    public Duration life() {
        return Duration.ofMinutes(minutes);
    }

    /** Returns the specification with absolute paths, for use in another directory. */
    public static ProvisionerSpec absolute(ProvisionerSpec spec) {
        Map<String, String> options = new LinkedHashMap<>(spec.options());
        for (String option : List.of("key", "ssh-config", "ca", "clean", "hardware", MachineRequest.POST_INSTALL)) {
            Optional<String> text = spec.text(option).filter(value -> isPath(option, value));
            if (text.isPresent()) {
                String path = OptionReader.absolute(text.get()).toString();
                options.put(option, path.replace("\\", "\\\\").replace(";", "\\;"));
            }
        }
        return new ProvisionerSpec(spec.kind(), options);
    }

    private static boolean isPath(String option, String value) {
        return switch (option) {
            case "clean" -> Access.isFile(value);
            case "hardware" -> Hardware.isFile(value);
            default -> true;
        };
    }

    private static Pace pace(ProvisionerSpec spec) throws InvalidOptionException {
        Pace usual = Pace.usual();
        return usual.withPoll(spec.duration("poll", usual.poll()))
                .withFirstPause(spec.duration("retry-pause", usual.firstPause()))
                .withPatience(spec.duration("retry", usual.patience()))
                .withAnswer(OptionReader.positive(spec, "answer", usual.answer()))
                .withSettle(spec.duration("settle", usual.settle()));
    }
}
