package dev.atex.lease.ledger;

import dev.atex.internal.json.Json;
import dev.atex.internal.json.JsonException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One line of a ledger: eight hexadecimal digits, the CRC-32C (RFC 3720, appendix B.4) of what follows the space, a
 * space, and a JSON object in UTF-8 on one line.
 */
final class LedgerLine {
    private static final int DIGITS = 8;

    private LedgerLine() {}

    static byte[] encode(Map<String, ?> record) {
        String json = Json.write(record);
        return (checksum(json.getBytes(StandardCharsets.UTF_8)) + " " + json + "\n").getBytes(StandardCharsets.UTF_8);
    }

    /** Returns the record of a line without its newline; empty if the line is not valid. */
    static Optional<Map<String, Object>> decode(byte[] line) {
        if (line.length <= DIGITS || line[DIGITS] != ' ') {
            return Optional.empty();
        }
        byte[] json = java.util.Arrays.copyOfRange(line, DIGITS + 1, line.length);
        if (!checksum(json).equals(new String(line, 0, DIGITS, StandardCharsets.ISO_8859_1))) {
            return Optional.empty();
        }
        try {
            return Json.parse(json) instanceof Map<?, ?> map ? Optional.of(copy(map)) : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> copy(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ? extends @Nullable Object> entry : map.entrySet()) {
            Object value = entry.getValue();
            if (value != null) {
                copy.put(String.valueOf(entry.getKey()), value);
            }
        }
        return copy;
    }

    private static String checksum(byte[] json) {
        CRC32C crc = new CRC32C();
        crc.update(json);
        return HexFormat.of().toHexDigits(crc.getValue(), DIGITS);
    }
}
