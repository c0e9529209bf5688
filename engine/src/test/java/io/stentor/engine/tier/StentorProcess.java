package io.stentor.engine.tier;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One run of a command in a process of its own, with everything that it prints. Any thread. */
final class StentorProcess implements AutoCloseable {

    /** A cold JVM that opens a journal, on a busy machine. */
    static final Duration START_LIMIT = Duration.ofSeconds(60);

    private static final int TAIL_LINES = 40;
    private static final Pattern URL = Pattern.compile("http://\\S+");
    private static final Pattern SHARED_MEMORY = Pattern.compile("/dev/shm/stentor-[^/\\s]+");

    private final List<String> command;
    private final Process process;
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private final List<Thread> readers;

    private StentorProcess(final List<String> command, final Process process) {
        this.command = command;
        this.process = process;
        this.readers = List.of(read(process.getInputStream(), out), read(process.getErrorStream(), err));
    }

    static StentorProcess start(final List<String> command, final Path directory, final Map<String, String> environment)
            throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().putAll(environment);
        final Process process = builder.start();
        return new StentorProcess(command, process);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the line that says where the tier listens. */
    URI awaitReady() {
        final Matcher url = URL.matcher(awaitOut(line -> line.startsWith("ready "), START_LIMIT));
        if (!url.find()) {
            throw new AssertionError("the line with ready names no URL\n" + tail());
        }
        return URI.create(url.group());
    }

    /** Waits for a line on standard output. */
    String awaitOut(final Predicate<String> wanted, final Duration limit) {
        Await.until(
                () -> "the line on standard output" + tail(),
                limit,
                () -> out().stream().anyMatch(wanted) || (!process.isAlive() && !areReading()));
        return out().stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new AssertionError("it ended without the line that was waited for" + tail()));
    }

    /** Asks it to stop, with SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Ends it at once, with SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** Lets it stand still for a time, as a suspended machine or a disk that does not answer would. */
    void pause(final Duration length) {
        signal("STOP");
        try {
            process.waitFor(length.toNanos(), TimeUnit.NANOSECONDS);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        signal("CONT");
    }

    /** Ends it with SIGKILL at a moment of the caller's choice. */
    void killAfter(final Duration delay) {
        try {
            if (process.waitFor(delay.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("it ended by itself" + tail());
            }
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /** Ends it and what it started with SIGKILL, and waits until all are gone. */
    void killAll() {
        final List<ProcessHandle> started = process.descendants().toList();
        kill();
        started.forEach(ProcessHandle::destroyForcibly);
        Await.until("the end of " + started, () -> started.stream().noneMatch(ProcessHandle::isAlive));
    }

    /** Waits until it has ended and all its output is here; its exit code. */
    int awaitExit(final Duration limit) {
        Await.until(() -> "the end of the process" + tail(), limit, () -> !process.isAlive() && !areReading());
        return process.exitValue();
    }

    List<String> out() {
        synchronized (out) {
            return List.copyOf(out);
        }
    }

    List<String> err() {
        synchronized (err) {
            return List.copyOf(err);
        }
    }

    /** The directories of its transport in shared memory, while it runs. */
    Set<Path> sharedMemory() {
        final Set<Path> directories = new TreeSet<>();
        try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid()), "maps"))) {
            lines.map(SHARED_MEMORY::matcher)
                    .filter(Matcher::find)
                    .forEach(found -> directories.add(Path.of(found.group())));
        } catch (final IOException | UncheckedIOException ex) {
            // It ended meanwhile.
        }
        return directories;
    }

    /** How many files it has open, sockets among them, while it runs. */
    long openFiles() {
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid()), "fd"))) {
            return files.count();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The command, what became of it and the end of what it printed. */
    String tail() {
        return System.lineSeparator()
                + String.join(" ", command)
                + System.lineSeparator()
                + (process.isAlive() ? "running, pid " + pid() : "exit code " + process.exitValue())
                + end("standard output", out())
                + end("standard error", err());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    private void signal(final String name) {
        try {
            final int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid()))
                    .start()
                    .waitFor();
            if (code != 0) {
                throw new AssertionError("kill -" + name + " of " + pid() + " ended with " + code);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        } catch (final InterruptedException ex) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean areReading() {
        return readers.stream().anyMatch(Thread::isAlive);
    }

    private static String end(final String name, final List<String> lines) {
        final StringBuilder text = new StringBuilder();
        text.append(System.lineSeparator())
                .append("--- ")
                .append(name)
                .append(": ")
                .append(lines.size())
                .append(" lines");
        lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())
                .forEach(line -> text.append(System.lineSeparator()).append(line));
        return text.toString();
    }

    private static Thread read(final InputStream from, final List<String> to) {
        final Thread reader = new Thread(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    synchronized (to) {
                        to.add(line);
                    }
                }
            } catch (final IOException ex) {
                // The stream ends with its process.
            }
        });
        reader.setDaemon(true);
        reader.start();
        return reader;
    }
}
