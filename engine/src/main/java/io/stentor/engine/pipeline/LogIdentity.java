package io.stentor.engine.pipeline;

/**
 * Which log this is and which start of it.
 *
 * @param logId the log's id.
 * @param term the term that this start began.
 * @param groupId the engine group's number.
 */
public record LogIdentity(long logId, long term, int groupId) {}
