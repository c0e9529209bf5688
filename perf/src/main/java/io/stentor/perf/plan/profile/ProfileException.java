package io.stentor.perf.plan.profile;

/** A profile cannot be used; the message names the profile, the line, what stands there and what may. */
public final class ProfileException extends Exception {
    private static final long serialVersionUID = 1;

    ProfileException(final String message) {
        super(message);
    }
}
