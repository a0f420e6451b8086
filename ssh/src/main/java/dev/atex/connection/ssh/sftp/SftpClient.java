package dev.atex.connection.ssh.sftp;

import dev.atex.internal.files.FileFacts;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What SFTP can do, as far as copying needs it (draft-ietf-secsh-filexfer-02, sections 5 to 7). A failure carries the
 * server's words and the path. For one thread.
 */
final class SftpClient implements Closeable {
    private static final int OPEN = 3;
    private static final int CLOSE = 4;
    private static final int READ = 5;
    private static final int WRITE = 6;
    private static final int LSTAT = 7;
    private static final int SETSTAT = 9;
    private static final int OPENDIR = 11;
    private static final int READDIR = 12;
    private static final int REMOVE = 13;
    private static final int MKDIR = 14;
    private static final int RMDIR = 15;
    private static final int STAT = 17;
    private static final int READLINK = 19;
    private static final int SYMLINK = 20;
    private static final int EXTENDED = 200;
    private static final String LSETSTAT = "lsetstat@openssh.com";

    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int NAME = 104;
    private static final int ATTRS = 105;

    private static final int OK = 0;
    private static final int END = 1;
    private static final int NO_SUCH_FILE = 2;

    private static final int FOR_READING = 0x01;
    private static final int FOR_WRITING_ANEW = 0x02 | 0x08 | 0x20; // write, create, and fail if it is there
    private static final int OWNER_ONLY = 0600;

    private static final int HAS_SIZE = 0x01;
    private static final int HAS_OWNERS = 0x02;
    private static final int HAS_PERMISSIONS = 0x04;
    private static final int HAS_TIMES = 0x08;
    private static final int HAS_EXTENSIONS = 0x80000000;

    /** What every server takes (section 3), and how many of these may be under way. */
    private static final int CHUNK = 32 << 10;

    private static final int UNDER_WAY = 32;

    private final SftpPackets packets;

    private SftpClient(SftpPackets packets) {
        this.packets = packets;
    }

    /** A client of the server whose streams these are. */
    static SftpClient open(InputStream from, OutputStream to) throws IOException {
        return new SftpClient(SftpPackets.open(from, to));
    }

    /** What is known of a file, if there is one; what a link points to is not looked at unless {@code follow}. */
    Optional<FileFacts> facts(String path, boolean follow) throws IOException {
        SftpPackets.Reply reply = packets.await(packets.send(follow ? STAT : LSTAT, path(path)));
        return reply.type() == STATUS && absent(reply, path)
                ? Optional.empty()
                : Optional.of(facts(body(reply, ATTRS, path)));
    }

    private static boolean absent(SftpPackets.Reply reply, String path) throws IOException {
        int code = reply.body().readInt();
        if (code != NO_SUCH_FILE) {
            throw refused(code, reply.body(), path);
        }
        return true;
    }

    void makeDirectory(String path) throws IOException {
        done(
                packets.send(MKDIR, to -> {
                    SftpPackets.writeString(to, path);
                    to.writeInt(0); // no attributes
                }),
                path);
    }

    /** Removes anything but a directory. */
    void remove(String path) throws IOException {
        done(packets.send(REMOVE, path(path)), path);
    }

    /** Fails if there is something in it. */
    void removeDirectory(String path) throws IOException {
        done(packets.send(RMDIR, path(path)), path);
    }

    /** Makes a link. The order of the two names is that of OpenSSH, which all servers follow, not that of the draft. */
    void makeLink(String path, String target) throws IOException {
        done(
                packets.send(SYMLINK, to -> {
                    SftpPackets.writeString(to, target);
                    SftpPackets.writeString(to, path);
                }),
                path);
    }

    String readLink(String path) throws IOException {
        DataInputStream names = body(packets.await(packets.send(READLINK, path(path))), NAME, path);
        if (names.readInt() != 1) {
            throw new IOException(path + ": the server does not say where the link points to");
        }
        return SftpPackets.readString(names);
    }

    void setPermissions(String path, int permissions) throws IOException {
        done(
                packets.send(SETSTAT, to -> {
                    SftpPackets.writeString(to, path);
                    to.writeInt(HAS_PERMISSIONS);
                    to.writeInt(permissions);
                }),
                path);
    }

    /** Permissions, and the time in whole seconds. */
    void set(String path, int permissions, FileTime time) throws IOException {
        done(
                packets.send(SETSTAT, to -> {
                    SftpPackets.writeString(to, path);
                    to.writeInt(HAS_PERMISSIONS | HAS_TIMES);
                    to.writeInt(permissions);
                    writeTimes(to, time);
                }),
                path);
    }

    /** The time of a link itself, where the server can do that (OpenSSH since 8.0, see section 4.7 of its PROTOCOL). */
    void setLinkTime(String path, FileTime time) throws IOException {
        if (packets.knows(LSETSTAT)) {
            done(
                    packets.send(EXTENDED, to -> {
                        SftpPackets.writeString(to, LSETSTAT);
                        SftpPackets.writeString(to, path);
                        to.writeInt(HAS_TIMES);
                        writeTimes(to, time);
                    }),
                    path);
        }
    }

    private static void writeTimes(DataOutputStream to, FileTime time) throws IOException {
        int seconds = (int) time.to(TimeUnit.SECONDS); // 32 bits without a sign
        to.writeInt(seconds);
        to.writeInt(seconds);
    }

    /** The names of what is in a directory. */
    List<String> list(String path) throws IOException {
        byte[] handle = handle(packets.send(OPENDIR, path(path)), path);
        List<String> names = new ArrayList<>();
        while (true) {
            SftpPackets.Reply reply = packets.await(packets.send(READDIR, to -> writeBytes(to, handle, handle.length)));
            if (reply.type() == STATUS && ends(reply, path)) {
                break;
            }
            DataInputStream entries = body(reply, NAME, path);
            for (int left = entries.readInt(); left > 0; left--) {
                String name = SftpPackets.readString(entries);
                byte[] _ = SftpPackets.readBytes(entries); // as ls prints it
                FileFacts _ = facts(entries); // not all servers tell these, nor all of them
                if (!name.equals(".") && !name.equals("..")) {
                    names.add(name);
                }
            }
        }
        close(handle, path);
        return names;
    }

    /** Makes a file of what is read, which is its owner's alone for now. Fails if there is one, or a link. */
    void write(String path, InputStream content) throws IOException {
        byte[] handle = open(path, FOR_WRITING_ANEW);
        Deque<Integer> underWay = new ArrayDeque<>();
        byte[] chunk = new byte[CHUNK];
        long offset = 0;
        for (int n = content.read(chunk); n >= 0; n = content.read(chunk)) {
            long at = offset;
            int length = n;
            underWay.add(packets.send(WRITE, to -> {
                writeBytes(to, handle, handle.length);
                to.writeLong(at);
                writeBytes(to, chunk, length);
            }));
            offset += n;
            if (underWay.size() == UNDER_WAY) {
                done(underWay.remove(), path);
            }
        }
        for (int request : underWay) {
            done(request, path);
        }
        close(handle, path);
    }

    /** Writes the content of a file to a stream. */
    void read(String path, OutputStream to) throws IOException {
        byte[] handle = open(path, FOR_READING);
        Deque<Integer> underWay = new ArrayDeque<>();
        long asked = 0;
        long written = 0;
        for (boolean end = false; !end; ) {
            // one at first: most files are shorter, and a server may give less than it is asked for
            while (underWay.isEmpty() || (written > 0 && underWay.size() < UNDER_WAY)) {
                underWay.add(askFor(handle, asked));
                asked += CHUNK;
            }
            byte[] data = data(underWay.remove(), path);
            to.write(data);
            written += data.length;
            end = data.length == 0;
            if (end || written < asked - (long) underWay.size() * CHUNK) {
                for (int request : underWay) {
                    byte[] _ = data(request, path); // from behind the gap
                }
                underWay.clear();
                asked = written;
            }
        }
        close(handle, path);
    }

    private int askFor(byte[] handle, long offset) throws IOException {
        return packets.send(READ, to -> {
            writeBytes(to, handle, handle.length);
            to.writeLong(offset);
            to.writeInt(CHUNK);
        });
    }

    /** Empty at the end of the file. */
    private byte[] data(int request, String path) throws IOException {
        SftpPackets.Reply reply = packets.await(request);
        return reply.type() == STATUS && ends(reply, path)
                ? new byte[0]
                : SftpPackets.readBytes(body(reply, DATA, path));
    }

    private static boolean ends(SftpPackets.Reply reply, String path) throws IOException {
        int code = reply.body().readInt();
        if (code != END) {
            throw refused(code, reply.body(), path);
        }
        return true;
    }

    private byte[] open(String path, int flags) throws IOException {
        return handle(
                packets.send(OPEN, to -> {
                    SftpPackets.writeString(to, path);
                    to.writeInt(flags);
                    to.writeInt(HAS_PERMISSIONS); // of a new file
                    to.writeInt(OWNER_ONLY);
                }),
                path);
    }

    private byte[] handle(int request, String path) throws IOException {
        return SftpPackets.readBytes(body(packets.await(request), HANDLE, path));
    }

    private void close(byte[] handle, String path) throws IOException {
        done(packets.send(CLOSE, to -> writeBytes(to, handle, handle.length)), path);
    }

    private void done(int request, String path) throws IOException {
        DataInputStream status = body(packets.await(request), STATUS, path);
        int code = status.readInt();
        if (code != OK) {
            throw refused(code, status, path);
        }
    }

    private static DataInputStream body(SftpPackets.Reply reply, int type, String path) throws IOException {
        if (reply.type() == type) {
            return reply.body();
        }
        if (reply.type() == STATUS) {
            throw refused(reply.body().readInt(), reply.body(), path);
        }
        throw new IOException(path + ": the server answers with type " + reply.type() + " instead of " + type);
    }

    private static IOException refused(int code, DataInputStream status, String path) throws IOException {
        String message = SftpPackets.readString(status).strip();
        return new IOException(path + ": " + (message.isEmpty() ? "refused with code " + code : message));
    }

    private static SftpPackets.Body path(String path) {
        return to -> SftpPackets.writeString(to, path);
    }

    private static void writeBytes(DataOutputStream to, byte[] bytes, int length) throws IOException {
        to.writeInt(length);
        to.write(bytes, 0, length);
    }

    /** Reads attributes (section 5). */
    private static FileFacts facts(DataInputStream from) throws IOException {
        int flags = from.readInt();
        long size = (flags & HAS_SIZE) == 0 ? 0 : from.readLong();
        if ((flags & HAS_OWNERS) != 0) {
            from.skipNBytes(2L * Integer.BYTES);
        }
        int mode = (flags & HAS_PERMISSIONS) == 0 ? 0 : from.readInt();
        long time = 0;
        if ((flags & HAS_TIMES) != 0) {
            from.skipNBytes(Integer.BYTES); // of the last access
            time = Integer.toUnsignedLong(from.readInt());
        }
        int extensions = (flags & HAS_EXTENSIONS) == 0 ? 0 : from.readInt();
        for (int left = 2 * extensions; left > 0; left--) {
            byte[] _ = SftpPackets.readBytes(from);
        }
        return FileFacts.ofMode(mode, size, FileTime.from(time, TimeUnit.SECONDS));
    }

    /** Ends the server. */
    @Override
    public void close() throws IOException {
        packets.close();
    }
}
