package dev.atex.libvirt.domain;

import dev.atex.libvirt.xml.Xml;
import dev.atex.libvirt.xml.XmlException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.w3c.dom.Element;

/** Names for saved states: two states have the same name only if one can replace the other. */
public final class Fingerprint {
    private static final int BYTES = 10;

    private Fingerprint() {}

    /** Returns 20 hexadecimal digits of the SHA-256 of these texts. */
    public static String of(List<String> texts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String text : texts) {
                byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
                digest.update(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Returns the processor of a host: its architecture, vendor, model and features, and nothing that a restart may change.
     *
     * @param capabilities the output of {@code virsh capabilities}
     */
    public static String processor(String capabilities) throws XmlException {
        Element cpu = Xml.find(Xml.parse(capabilities, "capabilities"), "host", "cpu")
                .orElseThrow(() -> new XmlException("it describes no processor of the host"));
        List<String> features = new ArrayList<>();
        for (Element feature : Xml.children(cpu, "feature")) {
            features.add(feature.getAttribute("name"));
        }
        features.sort(null);
        return String.join(
                " ",
                Xml.value(cpu, "arch").orElse(""),
                Xml.value(cpu, "vendor").orElse(""),
                Xml.value(cpu, "model").orElse(""),
                String.join(" ", features));
    }
}
