package dev.atex.libvirt.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes of memory and disks. */
final class Sizes {
    private static final Pattern SIZE = Pattern.compile("([0-9]{1,9}) ?(?:([MGT])(?:i?B)?)?", Pattern.CASE_INSENSITIVE);

    private Sizes() {}

    /** Returns the value of an option that is given in MiB: {@code 2G}, {@code 512 MiB}, {@code 512}. */
    static long mebibytes(ProvisionerSpec spec, String option, long most) throws InvalidOptionException {
        String text = spec.required(option).strip();
        Matcher size = SIZE.matcher(text);
        if (size.matches()) {
            String unit = size.group(2) == null ? "M" : size.group(2).toUpperCase(Locale.ROOT);
            long value = Long.parseLong(size.group(1))
                    * switch (unit) {
                        case "G" -> 1 << 10;
                        case "T" -> 1 << 20;
                        default -> 1;
                    };
            if (value > 0 && value <= most) {
                return value;
            }
        }
        throw VirtSettings.wrong(spec, option, "a size like 2G or 512M, at most " + most + "M", text);
    }
}
