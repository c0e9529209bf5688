package io.stentor.engine.tier;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The internet sockets of a process as the kernel lists them (proc_pid_fd(5), proc_net(5)). */
final class SocketTable {

    /**
     * A socket.
     *
     * @param protocol the name of the kernel's list: tcp, tcp6, udp or udp6.
     * @param local address and port in the kernel's hexadecimal.
     * @param remote likewise; zeros while there is none.
     * @param isListening whether it only accepts.
     */
    record Socket(String protocol, String local, String remote, boolean isListening) {

        /** 127.0.0.0/8, ::1 or an IPv4 address of the former in IPv6: the kernel prints words of four bytes reversed. */
        private static final Pattern LOOPBACK =
                Pattern.compile("(0000000000000000FFFF0000)?[0-9A-F]{6}7F:.*|00000000000000000000000001000000:.*");

        private static final Pattern NOBODY = Pattern.compile("0+:0+");

        /** Whether it listens on loopback, or was accepted there from loopback. */
        boolean isAcceptedOnLoopback(final int listeningPort) {
            final boolean ours = protocol.startsWith("tcp")
                    && LOOPBACK.matcher(local).matches()
                    && local.endsWith(String.format(":%04X", listeningPort));
            return ours
                    && (isListening
                            ? NOBODY.matcher(remote).matches()
                            : LOOPBACK.matcher(remote).matches());
        }
    }

    private static final List<String> PROTOCOLS = List.of("tcp", "tcp6", "udp", "udp6");
    private static final Pattern INODE = Pattern.compile("socket:\\[(\\d+)]");
    private static final int LOCAL = 1;
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE_COLUMN = 9;

    /** TCP_LISTEN of the kernel's tcp_states.h. */
    private static final String LISTEN = "0A";

    private SocketTable() {}

    /** The sockets that a process has now; none when it has ended. */
    static List<Socket> of(final long pid) {
        final List<Socket> sockets = new ArrayList<>();
        final Set<String> inodes = inodes(pid);
        for (final String protocol : PROTOCOLS) {
            final Path table = Path.of("/proc", Long.toString(pid), "net", protocol);
            try (Stream<String> lines = Files.lines(table)) {
                lines.skip(1)
                        .map(line -> line.trim().split("\\s+", -1))
                        .filter(columns -> inodes.contains(columns[INODE_COLUMN]))
                        .forEach(columns -> sockets.add(
                                new Socket(protocol, columns[LOCAL], columns[REMOTE], columns[STATE].equals(LISTEN))));
            } catch (final IOException | UncheckedIOException ex) {
                // It ended meanwhile, or has no such protocol.
            }
        }
        return sockets;
    }

    private static Set<String> inodes(final long pid) {
        final Set<String> inodes = new HashSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            files.forEach(file -> {
                final Matcher socket = INODE.matcher(target(file));
                if (socket.matches()) {
                    inodes.add(socket.group(1));
                }
            });
        } catch (final IOException | UncheckedIOException ex) {
            // It ended meanwhile.
        }
        return inodes;
    }

    private static String target(final Path file) {
        try {
            return Files.readSymbolicLink(file).toString();
        } catch (final IOException ex) {
            return "";
        }
    }
}
