/**
 * The rules of Python's values that the format is built on: type names, equality, arithmetic, {@code str()} and
 * {@code repr()}, and regular expressions. Internal.
 *
 * <p>Values are plain Java objects: {@code null}, {@link Boolean}, {@link Long} or {@link java.math.BigInteger} for
 * {@code int}, {@link Double}, {@link String}, {@link java.util.List}, {@link java.util.Map}, {@link java.util.Set},
 * {@link dev.atex.fmf.python.Tuple}, {@link java.time.LocalDate}, {@link java.time.LocalDateTime}, {@code byte[]}.
 */
@NullMarked
package dev.atex.fmf.python;

import org.jspecify.annotations.NullMarked;
