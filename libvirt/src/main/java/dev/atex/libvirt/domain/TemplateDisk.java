package dev.atex.libvirt.domain;

/**
 * A disk of a template, of which each machine gets an overlay.
 *
 * @param target its name in the guest, {@code vda}
 * @param source where it is
 */
public record TemplateDisk(String target, Source source) {

    /** The place of a disk. */
    public sealed interface Source {}

    /** A volume of a pool. */
    public record InPool(String pool, String volume) implements Source {
        @Override
        public String toString() {
            return "volume '" + volume + "' of pool '" + pool + "'";
        }
    }

    /** A file on the host of libvirt. */
    public record InFile(String path) implements Source {
        @Override
        public String toString() {
            return "file " + path;
        }
    }
}
