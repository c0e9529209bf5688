package io.stentor.transport.gateway;

import java.util.Map;

/**
 * A message read back from the window or the journal.
 *
 * @param offset its offset in the topic, from 1.
 * @param payload the message as published; not changed afterwards.
 * @param json true when the payload is one well-formed JSON value.
 * @param sender the publisher's user; empty when a backend published it.
 * @param client the publisher's connection id; empty when a backend published it.
 * @param tags labels that the publisher set; never null.
 * @param sequence its sequence in the log.
 * @param timestampNs engine time at which it was sequenced, nanoseconds since 1970.
 */
public record StoredPublication(
        long offset,
        byte[] payload,
        boolean json,
        String sender,
        String client,
        Map<String, String> tags,
        long sequence,
        long timestampNs) {}
