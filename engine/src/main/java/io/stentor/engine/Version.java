package io.stentor.engine;

/** Which build this is. */
public final class Version {

    private static final String UNPACKED = "development";

    private Version() {}

    /** The version in the jar's manifest, or "development" when the classes are not in a jar. */
    public static String text() {
        final String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? UNPACKED : version;
    }
}
