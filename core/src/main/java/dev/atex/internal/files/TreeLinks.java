package dev.atex.internal.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Compares two trees of which one has links to the files of the other one, see {@link Trees#link}: hard links, or copies
 * where hard links are not possible. Follows no symbolic links.
 */
public final class TreeLinks {
    private TreeLinks() {}

    /**
     * Returns a file of a tree that another tree does not have, under any name; empty if it has all.
     *
     * @param tree need not exist
     * @param other need not exist
     */
    public static Optional<Path> missing(Path tree, Path other) throws IOException {
        if (!Files.isDirectory(tree, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        List<Path> elsewhere = new ArrayList<>();
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path there = other.resolve(tree.relativize(file));
                if (!Files.exists(there, LinkOption.NOFOLLOW_LINKS) || !isLinkOrCopy(file, there)) {
                    elsewhere.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return elsewhere.isEmpty() || !Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
                ? elsewhere.stream().findFirst()
                : missing(elsewhere, other);
    }

    /** Looks for renamed files. */
    private static Optional<Path> missing(List<Path> files, Path other) throws IOException {
        Set<Object> identities = new HashSet<>();
        Map<Long, List<Path>> bySize = new HashMap<>();
        Files.walkFileTree(other, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                identities.add(RegularFiles.identity(file));
                bySize.computeIfAbsent(attributes.size(), size -> new ArrayList<>())
                        .add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        for (Path file : files) {
            if (!identities.contains(RegularFiles.identity(file))) {
                long size = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .size();
                boolean found = false;
                for (Path candidate : bySize.getOrDefault(size, List.of())) {
                    found = found || isCopy(file, candidate);
                }
                if (!found) {
                    return Optional.of(file);
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isLinkOrCopy(Path file, Path there) throws IOException {
        return RegularFiles.identity(file).equals(RegularFiles.identity(there)) || isCopy(file, there);
    }

    /**
     * Returns true if two files may be a file and its copy: a regular file with the same size, time and content, or a symbolic
     * link to the same target. A file that has other names is not a copy on the same file system, nor has one there: it would
     * have been linked.
     */
    public static boolean isCopy(Path file, Path copy) throws IOException {
        String names = "unix:dev,nlink,size,lastModifiedTime,isRegularFile,isSymbolicLink";
        Map<String, Object> its = Files.readAttributes(file, names, LinkOption.NOFOLLOW_LINKS);
        Map<String, Object> those = Files.readAttributes(copy, names, LinkOption.NOFOLLOW_LINKS);
        if (same("dev", its, those) && !(isOnly(its) && isOnly(those))) {
            return false;
        }
        if (is("isSymbolicLink", its) && is("isSymbolicLink", those)) {
            return Files.readSymbolicLink(file).equals(Files.readSymbolicLink(copy));
        }
        return is("isRegularFile", its)
                && is("isRegularFile", those)
                && same("size", its, those)
                && same("lastModifiedTime", its, those)
                && Files.mismatch(file, copy) < 0;
    }

    private static boolean same(String name, Map<String, Object> its, Map<String, Object> those) {
        return Objects.equals(its.get(name), those.get(name));
    }

    private static boolean is(String name, Map<String, Object> attributes) {
        return Boolean.TRUE.equals(attributes.get(name));
    }

    private static boolean isOnly(Map<String, Object> attributes) {
        return Integer.valueOf(1).equals(attributes.get("nlink"));
    }
}
