package dev.atex.aggregator;

import java.nio.file.Path;
import java.util.Optional;

/**
 * An attempt's results are in the output.
 *
 * @param position up to where the output is whole now, in the aggregator's own terms, e.g. a byte offset
 * @param files the directory where the attempt's files are now; empty when it had none or they are in no directory
 */
public record Commit(String position, Optional<Path> files) {}
