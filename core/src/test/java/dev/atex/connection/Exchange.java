package dev.atex.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Exchanges a directory for a link to another and back, again and again, as somebody would who wants a walk by paths to be led
 * out of a tree. What it was when this began is there when it has ended.
 */
public final class Exchange implements AutoCloseable {
    private final Path place;
    private final Path target;
    private final Path other;
    private final Path aside;
    private final Path link;
    private final Thread thread;
    private final AtomicReference<IOException> failure = new AtomicReference<>();
    private final AtomicReference<CountDownLatch> waiting = new AtomicReference<>(new CountDownLatch(0));
    private volatile boolean ending;
    private int waste;

    /**
     * Begins.
     *
     * @param place where the directory is
     * @param target where the link leads
     */
    public Exchange(Path place, Path target) throws IOException {
        this.place = place;
        this.target = target;
        this.other = Files.createTempDirectory(target.getParent(), "exchange-" + UUID.randomUUID());
        this.aside = other.resolve("aside");
        this.link = Files.createSymbolicLink(other.resolve("link"), target);
        this.thread = Thread.ofPlatform().name("exchange").start(this::run);
    }

    private void run() {
        try {
            while (!ending) {
                replace(place, aside);
                if (!Files.isSymbolicLink(link)) {
                    replace(Files.createSymbolicLink(other.resolve("link-" + waste++), target), link);
                }
                replace(link, place);
                Thread.yield();
                if (Files.isSymbolicLink(place)) { // what a copy may have put there instead stays in its way
                    replace(place, link);
                }
                replace(aside, place);
                Thread.yield();
                waiting.get().countDown();
            }
        } catch (IOException e) {
            failure.set(e);
        }
    }

    /** Renames what is there, and puts aside what is in the way. */
    private void replace(Path from, Path to) throws IOException {
        while (true) {
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
                return;
            } catch (NoSuchFileException e) {
                return; // a copy has removed it
            } catch (IOException e) {
                moveAway(to);
            }
        }
    }

    private void moveAway(Path path) throws IOException {
        try {
            Files.move(path, other.resolve("waste-" + waste++), StandardCopyOption.ATOMIC_MOVE);
        } catch (NoSuchFileException e) {
            // a copy has removed it
        }
    }

    /** Waits until it has been exchanged some times more. */
    public void awaitMore() throws Exception {
        CountDownLatch latch = new CountDownLatch(3);
        waiting.set(latch);
        while (thread.isAlive() && !latch.await(1, TimeUnit.SECONDS)) {
            continue; // its end is looked at
        }
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    @Override
    public void close() throws Exception {
        ending = true;
        thread.join();
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
