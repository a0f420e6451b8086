package dev.atex.aggregator;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An attempt's results are in the output.
 *
 * @param position what the aggregator needs to cut its output back to this point when it resumes, e.g. a byte offset;
 *     read only by the aggregator that wrote it
 * @param files the directory where the attempt's files are now; empty when it had none or they are in no directory
 */
public record Commit(String position, Optional<Path> files) {}
