package dev.atex.aggregator;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where an output has the results and files of an attempt.
 *
 * @param position of the results, in the aggregator's own terms, such as a range of bytes
 * @param files the directory of the files; empty if there are none or they are not in a directory
 */
public record Commit(String position, Optional<Path> files) {}
