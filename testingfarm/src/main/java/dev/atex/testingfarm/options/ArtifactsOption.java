package dev.atex.testingfarm.options;

import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parses the option {@code artifacts}: {@code TYPE:ID}, and after blanks {@code install=false}, {@code order=40}, {@code packages=a+b}. */
public final class ArtifactsOption {
    private static final String OPTION = "artifacts";

    private ArtifactsOption() {}

    public static List<Map<String, @Nullable Object>> of(ProvisionerSpec spec) throws InvalidOptionException {
        List<Map<String, @Nullable Object>> artifacts = new ArrayList<>();
        for (String element : spec.list(OPTION)) {
            artifacts.add(one(element));
        }
        return artifacts;
    }

    private static Map<String, @Nullable Object> one(String element) throws InvalidOptionException {
        String[] words = element.strip().split("\\s+");
        int colon = words[0].indexOf(':');
        if (colon <= 0 || colon == words[0].length() - 1) {
            throw OptionReader.wrong(
                    OPTION, "'" + element + "' must be TYPE:ID, as in: artifacts=fedora-koji-build:123456");
        }
        Map<String, @Nullable Object> artifact = new LinkedHashMap<>();
        artifact.put("type", words[0].substring(0, colon));
        artifact.put("id", words[0].substring(colon + 1));
        for (int i = 1; i < words.length; i++) {
            String[] pair = words[i].split("=", 2);
            artifact.put(pair[0], detail(element, pair[0], pair.length == 2 ? pair[1] : ""));
        }
        return artifact;
    }

    private static Object detail(String element, String name, String value) throws InvalidOptionException {
        boolean right = switch (name) {
            case "install" -> value.equals("true") || value.equals("false");
            case "order" -> value.matches("[0-9]{1,9}");
            case "packages" -> value.matches("[^+]+([+][^+]+)*");
            default -> false;
        };
        if (!right) {
            throw OptionReader.wrong(
                    OPTION,
                    "'" + name + "=" + value + "' in '" + element
                            + "' must be install=true, install=false, order=NUMBER or packages=A+B");
        }
        return switch (name) {
            case "install" -> Boolean.valueOf(value);
            case "order" -> Integer.valueOf(value);
            default -> List.of(value.split("[+]"));
        };
    }
}
