package io.stentor.journal;

/** An index file is not what was written. It is rebuilt from its segment; nobody outside sees this but in a report. */
final class IndexDamagedException extends JournalException {
    private static final long serialVersionUID = 1L;

    private final transient IndexFile file;

    IndexDamagedException(IndexFile file, String damage) {
        super("index " + file.path() + " is damaged and rebuilt from its segment: " + damage);
        this.file = file;
    }

    IndexFile file() {
        return file;
    }
}
