package dev.atex.fmf.python.eval;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of Python's module {@code os} that format expressions may use: functions on the text of paths, in {@code
 * os.path}.
 *
 * @param name {@code os} or {@code os.path}
 */
public record OsModule(String name) {
    private static final Set<String> FUNCTIONS = Set.of("basename", "dirname", "isabs", "join", "relpath");

    /** The module. */
    public static final OsModule OS = new OsModule("os");

    Object attribute(String attribute) {
        if (name.equals("os") && attribute.equals("path")) {
            return new OsModule("os.path");
        }
        if (name.equals("os.path") && FUNCTIONS.contains(attribute)) {
            return new Methods.Method(this, name, attribute);
        }
        throw new NotSupportedException(name + "." + attribute);
    }

    Object call(String function, List<@Nullable Object> arguments) {
        for (Object argument : arguments) {
            if (!(argument instanceof String)) {
                throw Objects.typeError("expected str, bytes or os.PathLike object, not " + Objects.typeName(argument));
            }
        }
        List<String> paths = arguments.stream().map(String::valueOf).toList();
        boolean two = function.equals("relpath");
        boolean many = function.equals("join");
        if (paths.isEmpty() || (!many && paths.size() > (two ? 2 : 1))) {
            throw Objects.typeError(function + "() does not take " + paths.size() + " arguments");
        }
        String path = paths.getFirst();
        int slash = path.lastIndexOf('/');
        return switch (function) {
            case "basename" -> path.substring(slash + 1);
            case "dirname" -> directory(path.substring(0, slash + 1));
            case "isabs" -> path.startsWith("/");
            case "join" -> join(paths);
            default -> relative(path, paths.size() > 1 ? paths.get(1) : ".");
        };
    }

    private static String directory(String head) {
        int end = head.length();
        while (end > 0 && head.charAt(end - 1) == '/') {
            end--;
        }
        return end == 0 ? head : head.substring(0, end);
    }

    private static String join(List<String> paths) {
        StringBuilder joined = new StringBuilder(paths.getFirst());
        for (String path : paths.subList(1, paths.size())) {
            if (path.startsWith("/")) {
                joined.setLength(0);
            } else if (!joined.isEmpty() && joined.charAt(joined.length() - 1) != '/') {
                joined.append('/');
            }
            joined.append(path);
        }
        return joined.toString();
    }

    private static String relative(String path, String start) {
        try {
            Path from = Path.of(start).toAbsolutePath().normalize();
            String relative =
                    from.relativize(Path.of(path).toAbsolutePath().normalize()).toString();
            return relative.isEmpty() ? "." : relative;
        } catch (InvalidPathException e) {
            throw new NotSupportedException("a path that cannot be one here: " + e.getReason());
        }
    }
}
