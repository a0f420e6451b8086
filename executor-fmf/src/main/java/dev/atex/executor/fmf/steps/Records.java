package dev.atex.executor.fmf.steps;

import dev.atex.connection.Connection;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Stores what machines leave that belongs to no test, in a run directory: {@code machines/NAME-prepare.log}, {@code
 * machines/NAME-finish.log} and {@code plan-data/NAME/}. A name that occurs again gets a number. Thread-safe, also
 * among several objects of one directory.
 *
 * @param directory of the run
 */
public record Records(Path directory) {
    private static final int LONGEST_NAME = 150;

    /** Returns the name of a machine for names of files. */
    public static String name(Connection connection) {
        String name = connection.machineName();
        String plain = name.replaceAll("[^A-Za-z0-9._:@+=,\\[\\]-]", "_").replaceFirst("^\\.", "_");
        return plain.isEmpty() ? "machine" : plain.substring(0, Math.min(LONGEST_NAME, plain.length()));
    }

    /** A new, empty file for what a step prints on a machine. */
    public Path newLog(String machine, String step) throws IOException {
        Path machines = below("machines");
        for (int i = 1; ; i++) {
            try {
                return Files.createFile(machines.resolve(numbered(machine, i) + "-" + step + ".log"));
            } catch (FileAlreadyExistsException e) {
                // of an earlier machine of this name
            }
        }
    }

    /** A directory of the run, which is not made again when somebody has removed it. */
    private Path below(String name) throws IOException {
        Path path = directory.resolve(name);
        try {
            return Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
            return path;
        }
    }

    /** A new directory, in which data of a plan are put together. */
    public Path newPlanData() throws IOException {
        while (true) {
            Path all = below("plan-data");
            try {
                return Files.createTempDirectory(all, ".fetching-");
            } catch (NoSuchFileException e) {
                // another machine has left nothing, and has removed it just now
            }
        }
    }

    /** Moves a directory to where the data of a plan are kept that a machine has left, and returns its place there. */
    public Path keepPlanData(Path from, String machine) throws IOException {
        for (int i = 1; ; i++) {
            Path to = directory.resolve("plan-data").resolve(numbered(machine, i));
            try {
                Files.createDirectory(to); // ours, and empty: the move may replace it
                return Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileAlreadyExistsException e) {
                // of an earlier machine of this name
            }
        }
    }

    /** Removes the place for data of plans if there are none. */
    public void removeEmptyPlanData() throws IOException {
        try {
            Files.deleteIfExists(directory.resolve("plan-data"));
        } catch (DirectoryNotEmptyException e) {
            return; // as it should be
        }
    }

    private static String numbered(String name, int number) {
        return number == 1 ? name : name + "-" + number;
    }
}
