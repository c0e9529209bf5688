package io.stentor.engine.simulation;

/** What has to happen in some simulations, or they prove little. */
enum Coverage {
    RECOVERED,
    CAME_BACK,
    RECOVERED_BY_CURSOR,
    REFUSED,
    TOLD_TO_COME_BACK,
    TYPING_SHOWN,
    PUBLISH_ANSWERED,
    REPEAT_ANSWERED,
    PAYMENT_DELIVERED,
    LOST_WITH_THE_POWER,
    BACK_PRESSURED,
    SHARD_ID_TAKEN,
    SHARD_STALLED,
    SHARD_CRASHED,
    ENGINE_CRASHED,
    STREAMS_CUT
}
