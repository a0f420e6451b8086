package dev.atex.connection.ssh.sftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.concurrent.TaskScope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client with servers that use what the protocol allows: answers in another order, and fewer bytes than asked for. */
@Timeout(60)
class SftpClientTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void filesAreReadAndWrittenWhateverTheServerGivesAndWhen(long seed) throws Exception {
        Random random = new Random(seed);
        for (int size : List.of(0, 1, 32_767, 32_768, 32_769, 65_536, random.nextInt(3_000_000))) {
            byte[] content = new byte[size];
            random.nextBytes(content);
            OddServer server = new OddServer(random);
            try (PipedInputStream toServer = new PipedInputStream(1 << 20);
                    PipedOutputStream out = new PipedOutputStream(toServer);
                    PipedInputStream in = new PipedInputStream(1 << 20);
                    PipedOutputStream fromServer = new PipedOutputStream(in);
                    TaskScope scope = TaskScope.open("test")) {
                TaskScope.Task<Void> serving = scope.run("server", () -> server.serve(toServer, fromServer));
                try (SftpClient client = SftpClient.open(in, out)) {
                    client.write("file", new ByteArrayInputStream(content));
                    assertThat(server.file).isEqualTo(content);
                    ByteArrayOutputStream back = new ByteArrayOutputStream();
                    client.read("file", back);
                    assertThat(back.toByteArray()).isEqualTo(content);
                }
                serving.join(Deadline.after(Duration.ofSeconds(30)));
            }
        }
    }

    @Test
    void whatIsNoSftpIsNotTakenForIt() {
        byte[] greeting = "Welcome to this host!\n".getBytes();
        assertThatThrownBy(() -> SftpClient.open(new ByteArrayInputStream(greeting), OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not SFTP");
        assertThatThrownBy(() -> SftpClient.open(InputStream.nullInputStream(), OutputStream.nullOutputStream()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("has ended");
    }

    /** One file. Requests that have come are answered in any order; a read gives some of what was asked for. */
    private static final class OddServer {
        private static final int[] HEADER = {1, 2}; // INIT, VERSION
        private final Random random;
        private byte[] file = new byte[0];

        OddServer(Random random) {
            this.random = random;
        }

        void serve(InputStream from, OutputStream to) throws IOException {
            DataInputStream in = new DataInputStream(from);
            DataOutputStream out = new DataOutputStream(to);
            while (true) {
                List<byte[]> requests = new ArrayList<>();
                int first = from.read();
                if (first < 0) {
                    return;
                }
                requests.add(packet(in, first));
                while (from.available() > 0 && requests.size() < 10) {
                    requests.add(packet(in, from.read()));
                }
                Collections.shuffle(requests, random);
                for (byte[] request : requests) {
                    byte[] reply = reply(request);
                    out.writeInt(reply.length);
                    out.write(reply);
                }
                out.flush();
            }
        }

        private static byte[] packet(DataInputStream in, int first) throws IOException {
            int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            return in.readNBytes(length);
        }

        private byte[] reply(byte[] request) throws IOException {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(request));
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            int type = in.readUnsignedByte();
            int id = in.readInt(); // the version, of the first
            if (type == HEADER[0]) {
                out.writeByte(HEADER[1]);
                out.writeInt(id);
                return bytes.toByteArray();
            }
            String name = SftpPackets.readString(in);
            switch (type) {
                case 3 -> { // OPEN
                    if ((in.readInt() & 0x10) != 0) {
                        file = new byte[0];
                    }
                    out.writeByte(102);
                    out.writeInt(id);
                    SftpPackets.writeString(out, "handle of " + name);
                }
                case 5 -> { // READ
                    long offset = in.readLong();
                    int wanted = (int) Math.min(in.readInt(), file.length - offset);
                    if (wanted <= 0) {
                        return status(id, 1);
                    }
                    int given = random.nextInt(4) == 0 ? 1 + random.nextInt(wanted) : wanted;
                    out.writeByte(103);
                    out.writeInt(id);
                    out.writeInt(given);
                    out.write(file, (int) offset, given);
                }
                case 6 -> { // WRITE
                    int offset = (int) in.readLong();
                    byte[] data = SftpPackets.readBytes(in);
                    file = Arrays.copyOf(file, Math.max(file.length, offset + data.length));
                    System.arraycopy(data, 0, file, offset, data.length);
                    return status(id, 0);
                }
                case 4 -> { // CLOSE
                    return status(id, 0);
                }
                default -> throw new IOException("not expected: " + type);
            }
            return bytes.toByteArray();
        }

        private static byte[] status(int id, int code) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(101);
            out.writeInt(id);
            out.writeInt(code);
            SftpPackets.writeString(out, code == 0 ? "Success" : "End of file");
            SftpPackets.writeString(out, "en");
            return bytes.toByteArray();
        }
    }
}
