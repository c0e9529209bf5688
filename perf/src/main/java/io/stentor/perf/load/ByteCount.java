package io.stentor.perf.load;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes from a command line: {@code 1048576}, {@code 1MiB} or {@code 1GiB}. */
public final class ByteCount implements ITypeConverter<Long> {
    /** Bytes of a mebibyte. */
    public static final long MIB = 1024 * 1024;
    /** Bytes of a gibibyte. */
    public static final long GIB = 1024 * MIB;

    private static final Pattern FORM = Pattern.compile("(\\d{1,12})(MiB|GiB)?");

    @Override
    public Long convert(final String value) {
        final Matcher matcher = FORM.matcher(value);
        if (!matcher.matches()) {
            throw new TypeConversionException("'" + value + "' is not a number of bytes like 1048576, 1MiB or 1GiB");
        }
        final long number = Long.parseLong(matcher.group(1));
        if (matcher.group(2) == null) {
            return number;
        }
        return number * (matcher.group(2).equals("GiB") ? GIB : MIB);
    }
}
