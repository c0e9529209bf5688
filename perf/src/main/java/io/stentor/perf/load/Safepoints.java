package io.stentor.perf.load;

import java.lang.reflect.Method;

/**
 * How often and how long this virtual machine has stopped all its threads. HotSpot tells it through a bean that it does not
 * export: the rig's jar opens the way, and elsewhere the figures are not told.
 */
final class Safepoints {
    private static final long UNKNOWN = -1;
    private static final Object BEAN = bean();

    private Safepoints() {}

    /** Stops since the process began; negative when it is not told. */
    static long count() {
        return read("getSafepointCount");
    }

    /** Milliseconds in them since the process began; negative when it is not told. */
    static long timeMs() {
        return read("getTotalSafepointTime");
    }

    private static Object bean() {
        try {
            return Class.forName("sun.management.ManagementFactoryHelper")
                    .getMethod("getHotspotRuntimeMBean")
                    .invoke(null);
        } catch (final ReflectiveOperationException | RuntimeException ex) {
            return null;
        }
    }

    private static long read(final String getter) {
        if (BEAN == null) {
            return UNKNOWN;
        }
        try {
            final Method method =
                    Class.forName("sun.management.HotspotRuntimeMBean").getMethod(getter);
            return (long) method.invoke(BEAN);
        } catch (final ReflectiveOperationException | RuntimeException ex) {
            return UNKNOWN;
        }
    }
}
