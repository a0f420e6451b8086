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
 * What the options of the provisioner mean.
 *
 * @param wish what machine is asked for
 * @param test the reserve test
 * @param access how a machine is entered
 * @param securityGroup who may reach it
 * @param minutes after which the service takes the machine back, counted from when the request runs
 * @param max how many at a time
 * @param budget how many minutes of machines may be used in all
 * @param check whether the compose is looked up before anything is asked for
 * @param pace how often the service is asked
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

    /** Reads them. */
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

    /** How long a machine lasts. */
    public Duration life() {
        return Duration.ofMinutes(minutes);
    }

    /** The same specification with absolute paths: for whoever reads it elsewhere. */
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
