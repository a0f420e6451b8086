package dev.atex.libvirt.xml;

/** A text is not an XML document, or not one of the expected kind. */
public class XmlException extends Exception {
    private static final long serialVersionUID = 1L;

    /** The message says what is wrong. */
    public XmlException(String message) {
        super(message);
    }

    /** The message says what is wrong. */
    public XmlException(String message, Throwable cause) {
        super(message, cause);
    }
}
