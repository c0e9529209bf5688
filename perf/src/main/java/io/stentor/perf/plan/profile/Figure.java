package io.stentor.perf.plan.profile;

/** A number that every profile gives. A plan varies each of them to say how much its answer hangs on it. */
public enum Figure {
    /** Accounts that are active in a month. */
    USERS("users", "accounts", 1, 1e11),
    /** Of them, those that are active on a day. */
    DAILY_SHARE("dailyShare", "of users", 1e-6, 1),
    /** Of them, those that are connected at an average moment. */
    ONLINE_SHARE("onlineShare", "of users", 1e-6, 1),
    /** Of them, those that are connected at the day's busiest moment. */
    ONLINE_SHARE_PEAK("onlineSharePeak", "of users", 1e-6, 1),
    /** Connections of a connected user: installations that are on at once. */
    DEVICES("devices", "per connected user", 1, 100),
    /** Messages of all rows of the mix that a daily user makes in a day, receipts and signals included. */
    SENDS_PER_DAY("sendsPerDay", "per daily user", 1e-3, 1e6),
    /** The busiest hour of an ordinary day against the mean. */
    PEAK_FACTOR("peakFactor", "times the mean", 1, 1_000),
    /** The busiest second of the year against the mean. */
    FESTIVAL_FACTOR("festivalFactor", "times the mean", 1, 1_000),
    /** How long a connection lasts before the client makes a new one: networks change, phones sleep. */
    SESSION_MINUTES("sessionMinutes", "min", 0.1, 1e5),
    /** Of the connections at peak, those that come back at once after a failure. */
    STORM_SHARE("stormShare", "of connections", 0, 1),
    /** Time over which they do. */
    STORM_SECONDS("stormSeconds", "s", 1, 86_400),
    /** Of a message's recipients, those that are not connected when it is sent, unless its row says otherwise. */
    OFFLINE_SHARE("offlineShare", "of recipients", 0, 1),
    /** Of deliveries, those to sessions that are too slow for a live stream and read from the journal. */
    SLOW_SHARE("slowShare", "of deliveries", 0, 1),
    /** Live topics of a connected user. */
    TOPICS_PER_USER("topicsPerUser", "topics", 1, 1e6),
    /** Bytes of a sender's name in a record. */
    SENDER_LENGTH("senderLength", "bytes", 0, 255),
    /** Bytes of the client's message id in a record. */
    MESSAGE_ID_LENGTH("messageIdLength", "bytes", 0, 255),
    /** Bytes around a payload on the client's connection: its JSON or Protobuf, WebSocket, TLS, TCP and IP. */
    FRAME_LENGTH("frameLength", "bytes", 0, 4_096),
    /** Time between two pings of a connection. */
    PING_SECONDS("pingSeconds", "s", 1, 86_400),
    /** Bytes of a ping or its answer, in either direction. */
    PING_LENGTH("pingLength", "bytes", 0, 4_096);

    private final String key;
    private final String unit;
    private final double min;
    private final double max;

    Figure(final String key, final String unit, final double min, final double max) {
        this.key = key;
        this.unit = unit;
        this.min = min;
        this.max = max;
    }

    /** Its name in a profile. */
    public String key() {
        return key;
    }

    /** What it counts. */
    public String unit() {
        return unit;
    }

    /** The least that it may be. */
    public double min() {
        return min;
    }

    /** The most that it may be. */
    public double max() {
        return max;
    }

    /** The value, or the limit that it is beyond. */
    double clamp(final double value) {
        return Math.min(max, Math.max(min, value));
    }
}
