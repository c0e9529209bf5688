package io.stentor.engine.tier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A network of its own for processes of this machine, joined to the machine's by a link that can be cut. Needs root. Gone
 * when closed, also when the test's process is told to end.
 */
final class NetworkNamespace implements AutoCloseable {

    private final String name;
    private final String hostAddress;
    private final String address;
    private final Thread hook = new Thread(this::remove, "network-namespace-end");

    private NetworkNamespace(final String name, final String hostAddress, final String address) {
        this.name = name;
        this.hostAddress = hostAddress;
        this.address = address;
    }

    /** Why there can be no such network here; null when there can. */
    static String missing() {
        if (!Command.isRoot()) {
            return "needs root for a network namespace";
        }
        if (!Command.isThere("ip")) {
            return "needs ip (package iproute2)";
        }
        return null;
    }

    /** A fresh network, whose link is up. */
    static NetworkNamespace make() {
        final ThreadLocalRandom random = ThreadLocalRandom.current();
        final String name = "stentor" + random.nextInt(1_000_000);
        // RFC 2544 keeps 198.18.0.0/15 for tests of networks: no machine has to be reached there.
        final String subnet = "198." + random.nextInt(18, 20) + '.' + random.nextInt(1, 255) + '.';
        final NetworkNamespace network = new NetworkNamespace(name, subnet + "1", subnet + "2");
        Command.run("ip", "netns", "add", name);
        Runtime.getRuntime().addShutdownHook(network.hook);
        try {
            Command.run("ip", "link", "add", name, "type", "veth", "peer", "name", "inside", "netns", name);
            Command.run("ip", "addr", "add", network.hostAddress + "/30", "dev", name);
            Command.run("ip", "link", "set", name, "up");
            Command.run("ip", "-n", name, "addr", "add", network.address + "/30", "dev", "inside");
            Command.run("ip", "-n", name, "link", "set", "lo", "up");
            network.join();
        } catch (final AssertionError ex) {
            network.close();
            throw ex;
        }
        return network;
    }

    /** The machine's address as it is seen from inside. */
    String hostAddress() {
        return hostAddress;
    }

    /** The address of what runs inside. */
    String address() {
        return address;
    }

    /** A command that runs inside, in the very process that it is started as. */
    List<String> inside(final List<String> command) {
        final List<String> inside = new ArrayList<>(List.of("ip", "netns", "exec", name));
        inside.addAll(command);
        return inside;
    }

    /** Cuts the link: whatever is sent either way is lost, and a kernel may say that there is no way. */
    void cut() {
        Command.run("ip", "-n", name, "link", "set", "inside", "down");
    }

    /** Joins the link. */
    void join() {
        Command.run("ip", "-n", name, "link", "set", "inside", "up");
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (final IllegalStateException ex) {
            // The process ends: that has been done.
        }
    }

    /** The link goes with it. */
    private void remove() {
        Command.exitCode("ip", "netns", "del", name);
    }
}
