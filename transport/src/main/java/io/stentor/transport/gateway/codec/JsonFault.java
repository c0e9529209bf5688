package io.stentor.transport.gateway.codec;

/** Says what is wrong with a JSON document that came from outside, and where. */
public final class JsonFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean syntax;

    private JsonFault(final String message, final boolean syntax) {
        super(message, null, false, false);
        this.syntax = syntax;
    }

    /** The text is not JSON. */
    static JsonFault syntax(final String message) {
        return new JsonFault(message, true);
    }

    /** A field holds the wrong kind of value. */
    static JsonFault field(final String name, final String wanted) {
        return new JsonFault("field '" + name + "' must be " + wanted, false);
    }

    /** True when the text is not JSON at all; false when one of its fields is wrong. */
    public boolean isSyntax() {
        return syntax;
    }
}
