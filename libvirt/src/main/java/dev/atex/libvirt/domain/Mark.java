package dev.atex.libvirt.domain;

import dev.atex.internal.text.Sha256;
import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.UUID;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/**
 * The element in the metadata of a domain that says whose it is.
 *
 * @param lease the id of its lease
 * @param run the id of the run
 * @param owner user and host of the run
 * @param since the time of its creation
 * @param expires the time after which nobody needs it any more
 */
public record Mark(String lease, String run, String owner, Instant since, Instant expires) {
    /** The namespace of the element. */
    public static final String NAMESPACE = "urn:dev.atex:machine:1";

    private static final String ELEMENT = "machine";

    /** Returns the name of the domain of a lease. */
    public static String name(String leaseId) {
        return "atex-" + leaseId;
    }

    /** Returns the UUID of the domain of a lease: version 8 (RFC 9562), from the SHA-256 of the id. */
    public static UUID uuid(String leaseId) {
        ByteBuffer digest = ByteBuffer.wrap(Sha256.of(leaseId, StandardCharsets.UTF_8));
        long high = (digest.getLong() & 0xffff_ffff_ffff_0fffL) | 0x8000L;
        long low = (digest.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
        return new UUID(high, low);
    }

    /** Puts this mark into the description of a domain. */
    void write(Element domain) {
        Element metadata = Xml.childOf(domain, "metadata");
        Document document = domain.getOwnerDocument();
        Element element = document.createElementNS(NAMESPACE, "atex:" + ELEMENT);
        Xml.set(
                element,
                "lease",
                lease,
                "run",
                run,
                "owner",
                owner,
                "since",
                since.toString(),
                "expires",
                expires.toString());
        metadata.appendChild(element);
    }

    /** Returns the mark in what {@code virsh metadata} printed; empty if it is something else. */
    public static Optional<Mark> in(String printed) {
        try {
            Element element = Xml.parse(printed, ELEMENT);
            return Optional.of(new Mark(
                    element.getAttribute("lease"),
                    element.getAttribute("run"),
                    element.getAttribute("owner"),
                    instant(element.getAttribute("since")),
                    instant(element.getAttribute("expires"))));
        } catch (XmlException e) {
            return Optional.empty();
        }
    }

    /** Returns the time; the epoch if it is missing. */
    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }

    /** Returns the id of the lease in what {@code virsh metadata} printed; empty if it is something else. */
    public static Optional<String> leaseIn(String printed) {
        try {
            return Xml.attribute(Xml.parse(printed, ELEMENT), "lease");
        } catch (XmlException e) {
            return Optional.empty();
        }
    }
}
