package dev.atex.libvirt.xml;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/** Reads and writes XML documents. A document type, and with it every entity, is an error. */
public final class Xml {
    private Xml() {}

    /**
     * Parses a document.
     *
     * @throws XmlException if it is not well-formed, has a document type, or its root has another name
     */
    public static Element parse(String text, String root) throws XmlException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setNamespaceAware(true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler()); // throws, and prints nothing
            Element read =
                    builder.parse(new InputSource(new StringReader(text))).getDocumentElement();
            if (!read.getTagName().equals(root)) {
                throw new XmlException("not a <" + root + ">, but a <" + read.getTagName() + ">");
            }
            return read;
        } catch (SAXException | IOException e) {
            throw new XmlException("not well-formed XML: " + e.getMessage(), e);
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a new document with an empty root. */
    public static Element create(String root) {
        try {
            Document document =
                    DocumentBuilderFactory.newInstance().newDocumentBuilder().newDocument();
            Element element = document.createElement(root);
            document.appendChild(element);
            return element;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns a deep copy of the document of this root. */
    public static Element copy(Element root) {
        Document document = (Document) root.getOwnerDocument().cloneNode(true);
        return document.getDocumentElement();
    }

    /** Returns the text of the document of this root. */
    public static String text(Element root) {
        try {
            Transformer transformer = TransformerFactory.newInstance().newTransformer();
            transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
            StringWriter text = new StringWriter();
            transformer.transform(new DOMSource(root), new StreamResult(text));
            return text.toString();
        } catch (TransformerException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the child elements with this name. */
    public static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node each = parent.getFirstChild(); each != null; each = each.getNextSibling()) {
            if (each instanceof Element element && element.getTagName().equals(name)) {
                found.add(element);
            }
        }
        return found;
    }

    /** Returns the first element that these names lead to. */
    public static Optional<Element> find(Element from, String... names) {
        Element at = from;
        for (String name : names) {
            List<Element> next = children(at, name);
            if (next.isEmpty()) {
                return Optional.empty();
            }
            at = next.getFirst();
        }
        return Optional.of(at);
    }

    /** Returns the stripped text of the first element that these names lead to; empty if there is no text. */
    public static Optional<String> value(Element from, String... names) {
        return find(from, names)
                .map(element -> element.getTextContent().strip())
                .filter(text -> !text.isEmpty());
    }

    /** Returns the value of an attribute of the first element that these names lead to. */
    public static Optional<String> attribute(Element from, String attribute, String... names) {
        return find(from, names)
                .filter(element -> element.hasAttribute(attribute))
                .map(element -> element.getAttribute(attribute));
    }

    /** Returns the first child with this name; adds one at the end if there is none. */
    public static Element childOf(Element parent, String name) {
        return find(parent, name).orElseGet(() -> add(parent, name));
    }

    /**
     * Adds a child at the end.
     *
     * @param attributes names and values in turn
     */
    public static Element add(Element parent, String name, String... attributes) {
        Element child = parent.getOwnerDocument().createElement(name);
        set(child, attributes);
        parent.appendChild(child);
        return child;
    }

    /** Sets attributes, names and values in turn. */
    public static void set(Element element, String... attributes) {
        for (int i = 0; i + 1 < attributes.length; i += 2) {
            element.setAttribute(attributes[i], attributes[i + 1]);
        }
    }

    /** Sets the text of the only child with this name. */
    public static void setValue(Element parent, String name, String text) {
        childOf(parent, name).setTextContent(text);
    }

    /** Removes the children with these names. */
    public static void remove(Element parent, String... names) {
        for (String name : names) {
            children(parent, name).forEach(parent::removeChild);
        }
    }
}
