package io.stentor.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.agrona.CloseHelper;

/** What a launch has opened so far: closed again, the last one first, unless the launch succeeds. One thread. */
final class Opened implements AutoCloseable {

    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(final T resource) {
        opened.push(resource);
        return resource;
    }

    /** The launch has succeeded: nothing is to be closed. */
    void keep() {
        opened.clear();
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            CloseHelper.quietClose(opened.pop());
        }
    }
}
