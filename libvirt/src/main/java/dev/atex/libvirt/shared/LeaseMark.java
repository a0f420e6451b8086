package dev.atex.libvirt.shared;

import dev.atex.libvirt.domain.Mark;
import java.time.Instant;

/**
 * The metadata of a domain that say for which lease it runs.
 *
 * @param lease id of the lease
 * @param run id of the run
 * @param owner the name of the user
 * @param expires the time after which any run may stop the domain if nobody holds it
 */
record LeaseMark(String lease, String run, String owner, Instant expires) {
    /** The namespace of the element. */
    static final String NAMESPACE = Mark.NAMESPACE;

    /** The prefix of the namespace. */
    static final String KEY = "atex";

    /** The name of the element. */
    static final String ELEMENT = "machine";
}
