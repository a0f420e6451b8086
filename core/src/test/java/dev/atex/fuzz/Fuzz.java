package dev.atex.fuzz;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fuzzing: checks a property for every input of a corpus, then for mutations of them until the time is up.
 *
 * <p>The corpus is the directory {@code fuzz/NAME} beside the test class among the resources; every input that once failed
 * is a file in it. {@code -Datex.fuzz.seconds=N} for more than {@value #DEFAULT_SECONDS} s (hours, by hand),
 * {@code -Datex.fuzz.seed=S} for other mutations. Input number N of a seed is always the same one.
 */
public final class Fuzz {
    private static final int DEFAULT_SECONDS = 5;
    private static final long SECONDS = Long.getLong("atex.fuzz.seconds", DEFAULT_SECONDS);
    private static final long SEED = Long.getLong("atex.fuzz.seed", 1);
    private static final long LONGEST_INPUT_SECONDS = 60;
    private static final int LARGEST = 1 << 16;

    /** A property that holds for every input. */
    @FunctionalInterface
    public interface Property {
        /** Throws whatever it likes if the property does not hold. */
        void check(byte[] input) throws Exception;
    }

    private final String name;
    private final List<byte[]> corpus;
    private final List<byte[]> tokens;

    private Fuzz(String name, List<byte[]> corpus, List<byte[]> tokens) {
        this.name = name;
        this.corpus = corpus;
        this.tokens = tokens;
    }

    /**
     * A job with the corpus of a test.
     *
     * @param tokens words of the format, which mutations put in
     */
    public static Fuzz of(Class<?> test, String name, String... tokens) throws IOException {
        List<byte[]> corpus = new ArrayList<>();
        URL directory = Objects.requireNonNull(test.getResource("fuzz/" + name), "no corpus fuzz/" + name);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(directory.toURI()))) {
            List<Path> sorted = new ArrayList<>();
            files.forEach(sorted::add);
            sorted.sort(null);
            for (Path file : sorted) {
                corpus.add(Files.readAllBytes(file));
            }
        } catch (URISyntaxException e) {
            throw new IOException(e);
        }
        if (corpus.isEmpty()) {
            throw new IOException("the corpus fuzz/" + name + " is empty");
        }
        List<byte[]> words = Arrays.stream(tokens)
                .map(token -> token.getBytes(StandardCharsets.UTF_8))
                .toList();
        return new Fuzz(name, corpus, words);
    }

    /** Runs the job. An input that fails is kept in {@code target/fuzz}, and named in the error. */
    public void check(Property property) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        try (ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().daemon().name("fuzz " + name).factory())) {
            for (int i = 0; i < corpus.size(); i++) {
                checkOne(thread, property, corpus.get(i), "corpus-" + i);
            }
            long count = 0;
            while (System.nanoTime() < end) {
                byte[] input = mutated(new Random(SEED * 0x9E3779B97F4A7C15L + count));
                checkOne(thread, property, input, SEED + "-" + count);
                count++;
            }
            System.out.println("fuzz " + name + ": " + corpus.size() + " inputs of the corpus, " + count
                    + " mutations, seed " + SEED);
        }
    }

    private void checkOne(ExecutorService thread, Property property, byte[] input, String id)
            throws IOException, InterruptedException {
        Future<?> done = thread.submit(() -> {
            property.check(input);
            return null;
        });
        try {
            done.get(LONGEST_INPUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(failure(input, id), e.getCause());
        } catch (TimeoutException e) {
            thread.shutdownNow();
            throw new AssertionError(failure(input, id) + ": it takes longer than " + LONGEST_INPUT_SECONDS + " s", e);
        }
    }

    private String failure(byte[] input, String id) throws IOException {
        Path file = Path.of("target", "fuzz", name + "-" + id).toAbsolutePath();
        Files.createDirectories(file.getParent());
        Files.write(file, input);
        return "the property does not hold for " + file + " (copy it into the corpus fuzz/" + name + ")";
    }

    private byte[] mutated(Random random) {
        byte[] input = corpus.get(random.nextInt(corpus.size()));
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            input = mutatedOnce(input, random);
        }
        return input.length > LARGEST ? Arrays.copyOf(input, LARGEST) : input;
    }

    private byte[] mutatedOnce(byte[] input, Random random) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + 1 + random.nextInt(1 + random.nextInt(32)));
        return switch (random.nextInt(8)) {
            case 0 -> replaced(input, from, to, new byte[0]);
            case 1 -> replaced(input, from, from, Arrays.copyOfRange(input, from, to));
            case 2 -> replaced(input, from, to, randomBytes(random, 1 + random.nextInt(4)));
            case 3 -> Arrays.copyOf(input, from);
            case 4 -> spliced(input, from, random);
            case 5 -> replaced(input, from, from, repeated(input, from, to, random));
            case 6 -> flipped(input, from, random);
            default -> replaced(input, from, random.nextBoolean() ? from : to, token(random));
        };
    }

    private byte[] spliced(byte[] input, int at, Random random) {
        byte[] other = corpus.get(random.nextInt(corpus.size()));
        int from = random.nextInt(other.length + 1);
        return replaced(input, at, input.length, Arrays.copyOfRange(other, from, other.length));
    }

    private byte[] token(Random random) {
        return tokens.isEmpty() ? randomBytes(random, 1) : tokens.get(random.nextInt(tokens.size()));
    }

    private static byte[] repeated(byte[] input, int from, int to, Random random) {
        int times = 1 << random.nextInt(8);
        byte[] result = new byte[(to - from) * times];
        for (int i = 0; i < result.length; i++) {
            result[i] = input[from + i % (to - from)];
        }
        return result;
    }

    private static byte[] flipped(byte[] input, int at, Random random) {
        byte[] result = input.clone();
        if (at < result.length) {
            result[at] ^= (byte) (1 << random.nextInt(8));
        }
        return result;
    }

    private static byte[] randomBytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] replaced(byte[] input, int from, int to, byte[] by) {
        byte[] result = new byte[from + by.length + input.length - to];
        System.arraycopy(input, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(input, to, result, from + by.length, input.length - to);
        return result;
    }
}
