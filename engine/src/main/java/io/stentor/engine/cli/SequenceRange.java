package io.stentor.engine.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Records of the log, one after the other.
 *
 * @param first sequence of the first, from 1.
 * @param last sequence of the last.
 */
record SequenceRange(long first, long last) {

    @Override
    public String toString() {
        return first + ".." + last;
    }

    /** Reads FIRST..LAST. */
    static final class Converter implements ITypeConverter<SequenceRange> {

        /** A sequence has up to 18 digits here: one a microsecond for 30,000 years. */
        private static final Pattern RANGE = Pattern.compile("([1-9]\\d{0,17})\\.\\.([1-9]\\d{0,17})");

        @Override
        public SequenceRange convert(final String text) {
            final Matcher range = RANGE.matcher(text);
            if (range.matches()) {
                final long first = Long.parseLong(range.group(1));
                final long last = Long.parseLong(range.group(2));
                if (first <= last) {
                    return new SequenceRange(first, last);
                }
            }
            throw new TypeConversionException("'" + text + "' is not FIRST..LAST, such as 1501..1503");
        }
    }
}
