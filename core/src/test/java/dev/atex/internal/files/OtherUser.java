package dev.atex.internal.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** A second user of this host, whom nothing belongs to. Only where the tests run as root. */
public final class OtherUser {
    /** Nobody, and no group has such a member. */
    private static final String ID = "65534";

    private OtherUser() {}

    /** Skips the test where there is none. */
    public static void assumed() {
        assumeTrue(Users.isRoot(), "only root can act as another user");
    }

    /** What starts a command as this user. */
    public static List<String> argv(List<String> command) {
        List<String> argv =
                new ArrayList<>(List.of("setpriv", "--reuid=" + ID, "--regid=" + ID, "--clear-groups", "--"));
        argv.addAll(command);
        return argv;
    }

    /** Runs a command as this user. */
    public static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(argv(List.of(command)))
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).as(said).isZero();
    }

    /** A Java program that sees the classes of these tests, for this user or for the own one. */
    public static List<String> java(Class<?> main, List<String> options, List<String> arguments)
            throws IOException, URISyntaxException {
        List<String> argv = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xshare:auto"));
        argv.addAll(options);
        List<String> places = new ArrayList<>();
        for (Class<?> each : List.of(Trees.class, main)) {
            places.add(Path.of(each.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        argv.addAll(List.of("-cp", String.join(":", places), main.getName()));
        argv.addAll(arguments);
        return argv;
    }

    /** Gives a tree to this user. */
    public static Path own(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                give(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                give(directory);
                return FileVisitResult.CONTINUE;
            }
        });
        return tree;
    }

    private static void give(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", Integer.parseInt(ID), java.nio.file.LinkOption.NOFOLLOW_LINKS);
    }
}
