package io.stentor.transport.gateway.server;

/**
 * What the gateway must remember of a command until the shard answers it, kept in the command's number itself: the
 * client's id (32 bits in the protocol) and whether it came as a method call.
 */
final class CommandTag {

    private static final long METHOD_CALL = 1L << 32;

    private CommandTag() {}

    /** The tag of a command that came as a call of a method. */
    static long ofMethodCall(final long id) {
        return id | METHOD_CALL;
    }

    /** The client's own number. */
    static long id(final long tag) {
        return tag & (METHOD_CALL - 1);
    }

    /** Whether the answer must be shaped as the result of a method. */
    static boolean isMethodCall(final long tag) {
        return (tag & METHOD_CALL) != 0;
    }
}
