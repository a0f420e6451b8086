package dev.atex.libvirt.shared;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * What is needed of the XML of a domain (libvirt, "Domain XML format").
 *
 * @param uuid its UUID
 * @param ssh the forwarded port by which its SSH server is reached
 * @param mark the metadata of the lease for which it runs
 */
record DomainXml(Optional<String> uuid, Optional<Forward> ssh, Optional<LeaseMark> mark) {
    private static final int SSH = 22;
    private static final int LARGEST_PORT = 65535;
    private static final Pattern HOST_FORWARD = Pattern.compile("hostfwd=tcp:([^:,]*):([0-9]{1,5})-[^:,]*:22(?:,|$)");

    /**
     * A port of the host that is forwarded to port 22 of the domain.
     *
     * @param address the address of the host at which it is open; empty for all
     * @param port the port
     */
    record Forward(String address, int port) {
        /** Returns true if only the host itself reaches it. */
        boolean isLoopback() {
            return address.startsWith("127.") || address.equals("::1") || address.equals("localhost");
        }

        /** Returns true if it is open at all addresses of the host. */
        boolean isEverywhere() {
            return address.isEmpty() || address.equals("0.0.0.0") || address.equals("::");
        }
    }

    /**
     * Parses the output of {@code virsh dumpxml}.
     *
     * @throws IOException it is not the XML of a domain
     */
    static DomainXml parse(String xml) throws IOException {
        Document document;
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newNSInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(null); // it would print to standard error
            document = builder.parse(new InputSource(new StringReader(xml.strip())));
        } catch (SAXException e) {
            throw new IOException("it is not well-formed XML: " + e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
        Element domain = document.getDocumentElement();
        if (domain == null || !"domain".equals(domain.getTagName())) {
            throw new IOException("it is not the XML of a domain");
        }
        return new DomainXml(text(domain, "uuid"), passt(domain).or(() -> hostForward(domain)), mark(domain));
    }

    private static Optional<String> text(Element parent, String child) {
        for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
            if (child.equals(node.getNodeName())) {
                return Optional.of(node.getTextContent().strip());
            }
        }
        return Optional.empty();
    }

    /** Returns the port of an interface with the backend passt. */
    private static Optional<Forward> passt(Element domain) {
        NodeList forwards = domain.getElementsByTagName("portForward");
        Optional<Forward> first = Optional.empty();
        for (int i = 0; i < forwards.getLength(); i++) {
            Element forward = (Element) forwards.item(i);
            NodeList ranges = forward.getElementsByTagName("range");
            for (int j = 0; j < ranges.getLength(); j++) {
                Element range = (Element) ranges.item(j);
                Optional<Forward> found = port(range.getAttribute("start"))
                        .map(port -> new Forward(forward.getAttribute("address"), port));
                if (found.isPresent() && range.getAttribute("to").equals(Integer.toString(SSH))) {
                    return found;
                }
                first = first.or(() -> found);
            }
        }
        return first;
    }

    /** Returns the port of a user network of QEMU itself, for versions of libvirt without passt. */
    private static Optional<Forward> hostForward(Element domain) {
        NodeList arguments = domain.getElementsByTagNameNS("http://libvirt.org/schemas/domain/qemu/1.0", "arg");
        for (int i = 0; i < arguments.getLength(); i++) {
            Matcher forward = HOST_FORWARD.matcher(((Element) arguments.item(i)).getAttribute("value"));
            if (forward.find()) {
                Optional<Forward> found = port(forward.group(2)).map(port -> new Forward(forward.group(1), port));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Integer> port(String text) {
        return Optional.of(text)
                .filter(each -> each.matches("[0-9]{1,5}"))
                .map(Integer::valueOf)
                .filter(port -> port > 0 && port <= LARGEST_PORT);
    }

    private static Optional<LeaseMark> mark(Element domain) {
        NodeList found = domain.getElementsByTagNameNS(LeaseMark.NAMESPACE, LeaseMark.ELEMENT);
        if (found.getLength() == 0) {
            return Optional.empty();
        }
        Element mark = (Element) found.item(0);
        try {
            return Optional.of(new LeaseMark(
                    mark.getAttribute("lease"),
                    mark.getAttribute("run"),
                    mark.getAttribute("owner"),
                    Instant.parse(mark.getAttribute("expires"))));
        } catch (DateTimeException e) {
            return Optional.empty(); // not written by this program
        }
    }

    /** Returns the element for {@code virsh metadata --set}. */
    static String element(LeaseMark mark) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter writer = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
            writer.writeEmptyElement(LeaseMark.ELEMENT);
            writer.writeAttribute("lease", mark.lease());
            writer.writeAttribute("run", mark.run());
            writer.writeAttribute("owner", mark.owner());
            writer.writeAttribute("expires", mark.expires().toString());
            writer.writeEndDocument();
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
