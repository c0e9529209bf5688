package io.stentor.engine.tier;

import java.net.URI;

/**
 * A tier that is ready.
 *
 * @param process its process.
 * @param url where it listens.
 */
record Tier(StentorProcess process, URI url) {

    String host() {
        return url.getHost();
    }

    int port() {
        return url.getPort();
    }

    /** The address for the option {@code --http}. */
    String address() {
        return host() + ":" + port();
    }

    URI webSocket() {
        return URI.create("ws://" + address() + "/connection/websocket");
    }

    /** Where it listens for shards in processes of their own, HOST:PORT. */
    String awaitShardsAddress() {
        final String mark = "shards ";
        return process.awaitOut(line -> line.startsWith(mark), Await.SOON).substring(mark.length());
    }

    /** The API for the key of a tier for developers. */
    ApiClient api() {
        return api("dev");
    }

    ApiClient api(final String key) {
        return new ApiClient(url, key);
    }

    /** The command that publishes. */
    String[] pub(final String topic, final String data) {
        return new String[] {"pub", "--url", url.toString(), topic, data};
    }

    /** The command that subscribes. */
    String[] sub(final String topic) {
        return new String[] {"sub", "--url", url.toString(), topic};
    }
}
