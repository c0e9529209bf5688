package io.stentor.journal;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * CRC32C (Castagnoli) of a range of an Agrona buffer, wherever its bytes are: on the heap, in a direct buffer, in a
 * mapped file.
 *
 * <p>Stateless, so any thread may call it, and allocation-free. The JDK offers its vectorised CRC32C only for arrays
 * and {@code ByteBuffer}s, and mapped memory has neither, so the two functions behind {@link CRC32C} are called
 * directly (21 to 29 ns for 320 bytes, the same as through {@code CRC32C.update}). That is why the JVM must be started
 * with {@code --add-opens java.base/java.util.zip=ALL-UNNAMED}.
 */
public final class RecordChecksum {
    private static final MethodHandle UPDATE_ADDRESS = function("updateDirectByteBuffer", long.class);
    private static final MethodHandle UPDATE_ARRAY = function("updateBytes", byte[].class);

    /** CRC32C starts from all ones and ends by inverting. */
    private static final int INITIAL = -1;

    private RecordChecksum() {}

    /**
     * Computes the checksum of a range.
     *
     * @param buffer that holds the bytes.
     * @param offset of the first byte.
     * @param length of the range in bytes; zero gives zero.
     * @return the CRC32C of the range.
     * @throws IndexOutOfBoundsException if the range does not lie within the buffer.
     */
    public static int compute(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        try {
            byte[] array = buffer.byteArray();
            if (array == null) {
                long address = buffer.addressOffset() + offset;
                return ~(int) UPDATE_ADDRESS.invokeExact(INITIAL, address, 0, length);
            }
            int start = buffer.wrapAdjustment() + offset;
            return ~(int) UPDATE_ARRAY.invokeExact(INITIAL, array, start, start + length);
        } catch (Throwable e) {
            throw new IllegalStateException("CRC32C failed at offset " + offset + ", length " + length, e);
        }
    }

    /**
     * As {@link #compute(DirectBuffer, int, int)}, for memory outside of the heap whose bounds the caller has checked.
     *
     * @param address of the first byte.
     * @param length of the range in bytes.
     */
    static int compute(long address, int length) {
        try {
            return ~(int) UPDATE_ADDRESS.invokeExact(INITIAL, address, 0, length);
        } catch (Throwable e) {
            throw new IllegalStateException("CRC32C failed at length " + length, e);
        }
    }

    private static MethodHandle function(String name, Class<?> source) {
        try {
            return MethodHandles.privateLookupIn(CRC32C.class, MethodHandles.lookup())
                    .findStatic(CRC32C.class, name, methodType(int.class, int.class, source, int.class, int.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "start the JVM with --add-opens java.base/java.util.zip=ALL-UNNAMED: the journal checks its records"
                            + " with java.util.zip.CRC32C." + name,
                    e);
        }
    }
}
