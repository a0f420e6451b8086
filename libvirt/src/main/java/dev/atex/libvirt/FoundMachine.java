package dev.atex.libvirt;

import java.time.Instant;

/**
 * A domain that a run has created, as its metadata describes it.
 *
 * @param domain its name
 * @param state the state that libvirt reports
 * @param lease the id of its lease
 * @param run the id of the run
 * @param owner user and host of the run
 * @param since the time of its creation; the epoch if it is not known
 * @param expires the time after which nobody needs it any more
 */
public record FoundMachine(
        String domain, String state, String lease, String run, String owner, Instant since, Instant expires) {}
