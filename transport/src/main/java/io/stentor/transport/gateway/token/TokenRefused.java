package io.stentor.transport.gateway.token;

/** A token does not hold. The message says why and never repeats the token. */
public final class TokenRefused extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean expired;

    private TokenRefused(final String message, final boolean expired) {
        super(message, null, false, false);
        this.expired = expired;
    }

    /** The token is not what it should be. */
    public static TokenRefused invalid(final String why) {
        return new TokenRefused(why, false);
    }

    /** The token's time is over. */
    public static TokenRefused expired() {
        return new TokenRefused("the token has expired", true);
    }

    /** True when only its time is over: a new one of the same kind would do. */
    public boolean isExpired() {
        return expired;
    }
}
