package dev.atex.executor.fmf.discovery;

import dev.atex.executor.fmf.metadata.Findings;
import dev.atex.executor.fmf.metadata.Metadata;
import dev.atex.executor.fmf.metadata.Origin;
import dev.atex.executor.fmf.trees.TreePath;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.NamePattern;
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

/** Patterns for files that tests require ({@code type: file}): they are there with the tree, unless there are none. */
final class RequiredFiles {
    private static final int MAX_FILES = 200_000;
    private static final int MAX_PATTERN = 1000;

    private final Map<Path, List<String>> names = new HashMap<>();
    private final Map<String, Boolean> known = new HashMap<>();

    /** Reports patterns of required files that match nothing. */
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

    /** Returns whether a pattern matches a name, as a pattern of a shell or as a regular expression: tests use both. */
    private static boolean isFound(String pattern, List<String> names, boolean regular) {
        if (!regular) {
            String stripped = pattern.replaceFirst("^/+", "");
            return names.stream().anyMatch(name -> isMatch(stripped, name));
        }
        try {
            NamePattern compiled = NamePattern.of(pattern);
            for (String name : names) {
                if (compiled.isIn("/" + name)) {
                    return true;
                }
            }
            return false;
        } catch (FmfException e) {
            return false; // no regular expression, or one without an end
        }
    }

    /** {@code *} and {@code ?} only, in as many steps as both are long, multiplied. */
    private static boolean isMatch(String pattern, String name) {
        int p = 0;
        int n = 0;
        int star = -1;
        int from = 0;
        while (n < name.length()) {
            char wanted = p < pattern.length() ? pattern.charAt(p) : '\0';
            if (wanted == '*') {
                star = p++;
                from = n;
            } else if (p < pattern.length() && (wanted == '?' || wanted == name.charAt(n))) {
                p++;
                n++;
            } else if (star >= 0) {
                p = star + 1;
                n = ++from;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
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
