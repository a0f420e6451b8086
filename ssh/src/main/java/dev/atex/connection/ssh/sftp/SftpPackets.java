package dev.atex.connection.ssh.sftp;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Requests and replies of SFTP, version 3 (draft-ietf-secsh-filexfer-02, sections 3 and 4), over the streams of a server.
 * Many requests may be under way; their replies come in any order. For one thread.
 */
final class SftpPackets implements Closeable {
    private static final int VERSION = 3;
    private static final int INIT = 1;
    private static final int VERSION_REPLY = 2;
    private static final int LONGEST = 1 << 20;
    private static final int BUFFER = 64 << 10;

    private final DataInputStream in;
    private final DataOutputStream out;
    private final Map<Integer, Reply> early = new HashMap<>();
    private final Set<String> extensions = new HashSet<>();
    private int lastId;

    private SftpPackets(InputStream in, OutputStream out) {
        this.in = new DataInputStream(new BufferedInputStream(in, BUFFER));
        this.out = new DataOutputStream(new BufferedOutputStream(out, BUFFER));
    }

    /** Writes what a request consists of. */
    @FunctionalInterface
    interface Body {
        void write(DataOutputStream to) throws IOException;
    }

    /** What came back: its type, and a stream of what is in it. */
    record Reply(int type, DataInputStream body) {}

    /** Agrees with the server on the version. */
    static SftpPackets open(InputStream from, OutputStream to) throws IOException {
        SftpPackets packets = new SftpPackets(from, to);
        packets.write(INIT, body -> body.writeInt(VERSION));
        packets.out.flush();
        Reply reply = packets.read();
        int version = reply.type() == VERSION_REPLY ? reply.body().readInt() : 0;
        if (version < VERSION) {
            throw new IOException("the server speaks no version 3 of SFTP");
        }
        while (reply.body().available() > 0) {
            packets.extensions.add(readString(reply.body()));
            byte[] _ = readBytes(reply.body()); // its version
        }
        return packets;
    }

    /** Whether the server has said that it knows the extension. */
    boolean knows(String extension) {
        return extensions.contains(extension);
    }

    /** Sends a request, perhaps later; gives its id. */
    int send(int type, Body body) throws IOException {
        int id = ++lastId;
        write(type, to -> {
            to.writeInt(id);
            body.write(to);
        });
        return id;
    }

    /** Waits for the reply to a request. */
    Reply await(int id) throws IOException {
        Reply known = early.remove(id);
        if (known != null) {
            return known;
        }
        out.flush();
        while (true) {
            Reply reply = read();
            int of = reply.body().readInt();
            if (of == id) {
                return reply;
            }
            early.put(of, reply);
        }
    }

    private void write(int type, Body body) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        body.write(new DataOutputStream(bytes));
        out.writeInt(1 + bytes.size());
        out.writeByte(type);
        bytes.writeTo(out);
    }

    private Reply read() throws IOException {
        int length;
        try {
            length = in.readInt();
        } catch (EOFException e) {
            throw new IOException("the server's SFTP subsystem has ended, or there is none", e);
        }
        if (length < 1 || length > LONGEST) {
            throw new IOException("what the server sends is not SFTP: a packet of " + Integer.toUnsignedString(length)
                    + " bytes (does a profile of its shell print something?)");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the server's SFTP subsystem has ended in the middle of a packet");
        }
        return new Reply(bytes[0], new DataInputStream(new ByteArrayInputStream(bytes, 1, length - 1)));
    }

    static void writeString(DataOutputStream to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    static String readString(DataInputStream from) throws IOException {
        return new String(readBytes(from), StandardCharsets.UTF_8);
    }

    static byte[] readBytes(DataInputStream from) throws IOException {
        int length = from.readInt();
        if (length < 0 || length > from.available()) {
            throw new IOException("what the server sends is not SFTP: a string longer than its packet");
        }
        return from.readNBytes(length);
    }

    /** Ends the server. */
    @Override
    public void close() throws IOException {
        out.close();
    }
}
