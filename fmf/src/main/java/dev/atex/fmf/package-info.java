/**
 * The Flexible Metadata Format: {@link dev.atex.fmf.Tree} loads a tree of metadata, {@link dev.atex.fmf.Context} adjusts
 * it, {@link dev.atex.fmf.Selection} picks nodes of it.
 *
 * <p>Values are plain Java objects: {@code null}, {@link Boolean}, {@link Long} (or {@link java.math.BigInteger} where
 * that is too small), {@link Double}, {@link String}, {@link java.util.List}, ordered {@link java.util.Map},
 * {@link java.util.Set}, {@link java.time.LocalDate}, {@link java.time.LocalDateTime} and {@code byte[]}.
 *
 * <p>The semantics are those of fmf 1.7, the Python library, its quirks included; documentation of the format:
 * <a href="https://fmf.readthedocs.io/">fmf.readthedocs.io</a>.
 */
@NullMarked
package dev.atex.fmf;

import org.jspecify.annotations.NullMarked;
