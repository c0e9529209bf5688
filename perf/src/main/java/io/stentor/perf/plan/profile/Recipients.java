package io.stentor.perf.plan.profile;

/**
 * Who gets a row's messages.
 *
 * @param toGroups whether they go to groups, whose sizes the profile gives.
 * @param count users that each goes to, if not.
 * @param offlineShare of them, those not connected; null for the profile's own.
 */
public record Recipients(boolean toGroups, double count, Double offlineShare) {}
