package dev.atex.testingfarm.options;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import dev.atex.internal.json.JsonNumber;
import dev.atex.provisioner.InvalidOptionException;
import dev.atex.provisioner.ProvisionerSpec;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Hardware requirements as in tmt: {@code memory=>= 8 GB;disk.size=>= 40 GB}, a JSON object, or a file with JSON or YAML. In the
 * short form each {@code disk.size} is another disk; {@code disk[0].size;disk[0].model-name} are the same disk.
 */
public final class Hardware {
    static final String OPTION = "hardware";

    /** A path and its requirement. */
    private static final Pattern SHORT =
            Pattern.compile("([a-zA-Z_-]+(?:\\[[0-9]\\])?(?:\\.[a-zA-Z_-]+)*)\\s*([=<>!~].*)", Pattern.DOTALL);

    private static final Pattern NUMBERED = Pattern.compile("([^\\[]*)\\[([0-9])\\]");

    private Hardware() {}

    /** Returns whether this value of the option is a file. */
    static boolean isFile(String value) {
        return !value.strip().startsWith("{")
                && !SHORT.matcher(value.strip().split(";", 2)[0].strip()).matches();
    }

    /** Reads the option; with {@code check=false} only its form is checked. */
    static Optional<Map<String, @Nullable Object>> of(ProvisionerSpec spec) throws InvalidOptionException {
        Optional<String> value = spec.text(OPTION);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        String text = value.get().strip();
        Map<String, @Nullable Object> hardware;
        if (text.startsWith("{")) {
            hardware = json(text);
        } else if (isFile(text)) {
            hardware = yaml(OptionReader.content(OPTION, OptionReader.absolute(text)));
        } else {
            hardware = fromShort(spec.list(OPTION));
        }
        if (spec.flag("check", true)) {
            HardwareKeys.check(hardware);
        }
        return Optional.of(hardware);
    }

    private static Map<String, @Nullable Object> json(String text) throws InvalidOptionException {
        try {
            return object(Json.parse(text));
        } catch (JsonException e) {
            throw HardwareKeys.wrong(
                    "it must be a JSON object, a file with one, or a list like 'memory=>= 8 GB;disk.size=>= 40 GB': "
                            + e.getMessage());
        }
    }

    /** Reads JSON or YAML; JSON is YAML too. */
    private static Map<String, @Nullable Object> yaml(String text) throws InvalidOptionException {
        try {
            return object(plain(new Load(LoadSettings.builder().build()).loadFromString(text)));
        } catch (YamlEngineException e) {
            throw HardwareKeys.wrong("its file is neither JSON nor YAML: " + e.getMessage());
        }
    }

    /** Returns the value with the types of JSON. */
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> copy = new LinkedHashMap<>();
                map.forEach((key, each) -> copy.put(String.valueOf(key), plain(each)));
                yield copy;
            }
            case Iterable<?> items -> {
                List<@Nullable Object> copy = new ArrayList<>();
                items.forEach(each -> copy.add(plain(each)));
                yield copy;
            }
            case Double number -> new JsonNumber(number.toString());
            case BigInteger number -> new JsonNumber(number.toString());
            case null -> null;
            case Object other -> other;
        };
    }

    private static Map<String, @Nullable Object> object(@Nullable Object value) throws InvalidOptionException {
        if (!(value instanceof Map<?, ?> map) || map.isEmpty()) {
            throw HardwareKeys.wrong("it must be a JSON object");
        }
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        map.forEach((key, each) -> object.put(String.valueOf(key), each));
        return object;
    }

    private static Map<String, @Nullable Object> fromShort(List<String> elements) throws InvalidOptionException {
        Map<String, @Nullable Object> hardware = new LinkedHashMap<>();
        Map<String, Map<String, @Nullable Object>> numbered = new LinkedHashMap<>();
        for (String element : elements) {
            Matcher matcher = SHORT.matcher(element.strip());
            if (!matcher.matches()) {
                throw HardwareKeys.wrong(
                        "'" + element + "' must be NAME=VALUE, as in: hardware=memory=>= 8 GB;disk.size=>= 40 GB");
            }
            String[] path = matcher.group(1).split("\\.");
            String said = matcher.group(2);
            boolean plain = said.startsWith("=") && !said.startsWith("==");
            String value = (plain ? said.substring(1) : said).strip();
            put(hardware, numbered, path, value);
        }
        return hardware;
    }

    @SuppressWarnings("ReferenceEquality") // two disks may be equal
    private static void put(
            Map<String, @Nullable Object> hardware,
            Map<String, Map<String, @Nullable Object>> numbered,
            String[] path,
            String value)
            throws InvalidOptionException {
        Map<String, @Nullable Object> at = hardware;
        StringBuilder soFar = new StringBuilder();
        for (int i = 0; i < path.length; i++) {
            Matcher number = NUMBERED.matcher(path[i]);
            String name = number.matches() ? number.group(1) : path[i];
            soFar.append(i == 0 ? "" : ".").append(name);
            boolean last = i == path.length - 1;
            boolean list = HardwareKeys.isList(soFar.toString());
            if (last && list) {
                members(at, name).add(value);
            } else if (last) {
                at.put(name, HardwareKeys.isFlag(soFar.toString()) ? flag(value) : value);
            } else if (list) {
                at = number.matches()
                        ? numbered.computeIfAbsent(path[i], _ -> new LinkedHashMap<>())
                        : new LinkedHashMap<>();
                List<@Nullable Object> all = members(hardware, name);
                Map<String, @Nullable Object> one = at;
                if (all.stream().noneMatch(each -> each == one)) {
                    all.add(one);
                }
            } else {
                at = inner(at, name);
            }
        }
    }

    private static Object flag(String value) {
        return value.equals("true") || value.equals("false") ? Boolean.valueOf(value) : value;
    }

    @SuppressWarnings("unchecked") // created here
    private static List<@Nullable Object> members(Map<String, @Nullable Object> of, String name)
            throws InvalidOptionException {
        Object there = of.computeIfAbsent(name, _ -> new ArrayList<@Nullable Object>());
        if (there instanceof List<?> list) {
            return (List<@Nullable Object>) list;
        }
        throw HardwareKeys.wrong("'" + name + "' is given twice");
    }

    @SuppressWarnings("unchecked") // created here
    private static Map<String, @Nullable Object> inner(Map<String, @Nullable Object> of, String name)
            throws InvalidOptionException {
        Object there = of.computeIfAbsent(name, _ -> new LinkedHashMap<String, @Nullable Object>());
        if (there instanceof Map<?, ?> map) {
            return (Map<String, @Nullable Object>) map;
        }
        throw HardwareKeys.wrong("'" + name + "' is given twice");
    }
}
