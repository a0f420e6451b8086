package dev.atex.executor.fmf;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Patterns for files that tests require ({@code type: file}): they are there with the tree, unless there are none. */
final class RequiredFiles {
    private static final int MAX_FILES = 200_000;
    private static final int MAX_PATTERN = 1000;

    private final Map<Path, List<String>> names = new HashMap<>();
    private final Map<String, Boolean> known = new HashMap<>();

    /** Tells those that nothing is for. */
    void tell(TestSelection.Found found, Path root, Findings findings, Origin origin) {
        for (Object item : Metadata.items(found.data().get("require"))) {
            if (!(item instanceof Map<?, ?> map) || !"file".equals(map.get("type"))) {
                continue;
            }
            for (Object pattern : Metadata.items(map.get("pattern"))) {
                if (pattern instanceof String text
                        && !known.computeIfAbsent(root + "\0" + text, _ -> matches(root, text))) {
                    findings.note(
                            "pattern",
                            "a test requires files by a pattern that nothing matches",
                            origin.place(item, SectionTests.below(found, "require")));
                }
            }
        }
    }

    private boolean matches(Path root, String pattern) {
        if (TreePath.of(pattern).map(path -> Files.exists(root.resolve(path))).orElse(false)) {
            return true;
        }
        if (pattern.length() > MAX_PATTERN) {
            return true; // nobody can say
        }
        List<String> all = names.computeIfAbsent(root, RequiredFiles::namesBelow);
        return isFound(pattern, all, false) || isFound(pattern, all, true);
    }

    /** As a pattern of a shell, and as a regular expression: both are in use. */
    private static boolean isFound(String pattern, List<String> names, boolean regular) {
        try {
            String stripped = pattern.replaceFirst("^/+", "");
            Pattern compiled = Pattern.compile(regular ? pattern : translated(stripped));
            return names.stream()
                    .anyMatch(name -> regular
                            ? compiled.matcher("/" + name).find()
                            : compiled.matcher(name).matches());
        } catch (PatternSyntaxException | StackOverflowError e) {
            return false;
        }
    }

    private static String translated(String pattern) {
        StringBuilder made = new StringBuilder();
        for (String part : pattern.split("(?=[*?])|(?<=[*?])")) {
            made.append(part.equals("*") ? ".*" : part.equals("?") ? "." : Pattern.quote(part));
        }
        return made.toString();
    }

    private static List<String> namesBelow(Path root) {
        List<String> names = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    if (directory.endsWith(".git")) {
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    return add(directory);
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    return add(file);
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException problem) {
                    return FileVisitResult.CONTINUE;
                }

                private FileVisitResult add(Path path) {
                    names.add(root.relativize(path).toString());
                    return names.size() < MAX_FILES ? FileVisitResult.CONTINUE : FileVisitResult.TERMINATE;
                }
            });
        } catch (IOException e) {
            return names;
        }
        return names;
    }
}
