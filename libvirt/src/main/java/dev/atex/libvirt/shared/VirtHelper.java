package dev.atex.libvirt.shared;

import dev.atex.concurrent.Deadline;
import dev.atex.internal.json.JsonNumber;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A running {@code atex-virt-helper} that speaks version 1 of its protocol. The domains that it reserves are free again when
 * it ends. Thread-safe; one request at a time.
 *
 * <p>Every request has a time limit besides its deadline. All of them throw {@link HelperLostException} if the helper ended, did
 * not answer in time or broke the protocol, and {@link HelperRefusedException} if it did not carry out the request.
 */
public final class VirtHelper implements AutoCloseable {
    private static final String PONG = "atex-virt-helper v1 pong";
    private static final String NONE_FREE = "no domain could be reserved";
    private static final List<String> HOPELESS = List.of("no domain matches the filter", "no persistent domains found");

    /** The number of bytes of a name that others see. */
    static final int LONGEST_NAME = 15;

    private static final Duration START = Duration.ofMinutes(1);
    private static final Duration PING = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMinutes(2);
    private static final Duration COPY = Duration.ofMinutes(30);

    private final String place;
    private final HelperLines lines;

    private VirtHelper(String place, HelperLines lines) {
        this.place = place;
        this.lines = lines;
    }

    /**
     * Starts a helper and checks that it is one.
     *
     * @param name the name of the user that others see; at most 15 bytes
     */
    public static VirtHelper start(HelperAddress address, String name, Deadline deadline)
            throws HelperException, InterruptedException {
        Deadline soon = deadline.orAfter(START);
        VirtHelper helper =
                new VirtHelper(address.toString(), new HelperLines(address.toString(), address.start(soon)));
        boolean works = false;
        try {
            String pong = text(helper.request(request("ping"), soon.orAfter(PING)), "reply");
            if (!pong.equals(PONG)) {
                throw helper.lines.end("expected '" + PONG + "', not '" + pong + "'");
            }
            Map<String, Object> setName = request("setname");
            setName.put("name", name);
            Map<?, ?> _ = helper.request(setName, soon.orAfter(SHORT));
            works = true;
            return helper;
        } finally {
            if (!works) {
                helper.close();
            }
        }
    }

    /** Returns a future of the reason why the helper cannot be used any more; a thread of the helper completes it. */
    public CompletableFuture<String> ended() {
        return lines.ended();
    }

    /** Returns true if the helper can be used. */
    public boolean isUsable() {
        return !lines.ended().isDone();
    }

    /**
     * Reserves any free domain. It is reserved until {@link #release} or the end of the helper.
     *
     * @param filter a regular expression of Python for the whole name
     * @return its name; empty if all are in use
     */
    public Optional<String> reserve(Optional<String> filter, Deadline deadline)
            throws HelperException, InterruptedException {
        Map<String, Object> reserve = request("reserve");
        filter.ifPresent(text -> reserve.put("filter", text));
        try {
            String domain = text(request(reserve, deadline.orAfter(SHORT)), "domain");
            if (domain.isEmpty() || domain.chars().anyMatch(Character::isISOControl)) {
                throw lines.end("it reserved a domain with an impossible name");
            }
            return Optional.of(domain);
        } catch (HelperRefusedException e) {
            if (e.extent() == HelperRefusedException.Extent.UNTIL_RELEASE) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Reserves this domain; returns false if another user has it. */
    public boolean reserveExactly(String domain, Deadline deadline) throws HelperException, InterruptedException {
        Optional<String> reserved = reserve(Optional.of(quoted(domain)), deadline);
        if (reserved.isPresent() && !reserved.get().equals(domain)) {
            throw lines.end("it reserved '" + reserved.get() + "' instead of '" + domain + "'");
        }
        return reserved.isPresent();
    }

    /** Returns the regular expression of Python that matches this text only. */
    static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        text.codePoints().forEach(point -> {
            boolean plain = point >= 128 || Character.isLetterOrDigit(point);
            (plain ? quoted : quoted.append('\\')).appendCodePoint(point);
        });
        return quoted.toString();
    }

    /** Ends the reservation of a domain; does not stop it. */
    public void release(String domain, Deadline deadline) throws HelperException, InterruptedException {
        Map<String, Object> release = request("release");
        release.put("domain", domain);
        Map<?, ?> _ = request(release, deadline.orAfter(SHORT));
    }

    /** Returns who holds each domain: {@link Holders} explains the texts. */
    public Map<String, String> reservations(Deadline deadline) throws HelperException, InterruptedException {
        Map<?, ?> answer = request(request("reservations"), deadline.orAfter(SHORT));
        Map<String, String> holders = new LinkedHashMap<>();
        if (answer.get("domains") instanceof Map<?, ?> domains) {
            for (Map.Entry<?, ?> each : domains.entrySet()) {
                if (!(each.getKey() instanceof String domain) || !(each.getValue() instanceof String holder)) {
                    throw lines.end("'domains' in its answer must contain texts only");
                }
                holders.put(domain, holder);
            }
            return holders;
        }
        throw lines.end("'domains' in its answer must be an object");
    }

    /** Runs virsh on the host and returns its output. The arguments are passed literally. */
    public String virsh(Deadline deadline, String... args) throws HelperException, InterruptedException {
        return virsh(deadline, SHORT, List.of(args));
    }

    /** Runs virsh with another time limit than the usual 2 minutes. */
    public String virsh(Deadline deadline, Duration limit, List<String> args)
            throws HelperException, InterruptedException {
        Map<String, Object> virsh = request("virsh");
        virsh.put("args", args);
        return text(request(virsh, deadline.orAfter(limit)), "reply");
    }

    /** Writes a file in the directory in which virt-install runs. */
    public void upload(String name, byte[] content, Deadline deadline) throws HelperException, InterruptedException {
        if (name.isEmpty() || name.contains("/") || name.equals(".") || name.equals("..")) {
            throw new IllegalArgumentException("not the name of a file: '" + name + "'");
        }
        Map<String, Object> upload = request("upload");
        upload.put("name", name);
        upload.put("length", (long) content.length);
        try {
            Map<?, ?> _ = request(upload, content, deadline.orAfter(SHORT));
        } catch (HelperRefusedException e) {
            // it takes the bytes for requests: nothing after that is what it seems
            throw lines.end("it refused an upload: " + e.reply());
        }
    }

    /** Creates a volume of the format {@code raw} or {@code qcow2}. */
    public void createVolume(
            String pool, String name, long size, String format, boolean removeExisting, Deadline deadline)
            throws HelperException, InterruptedException {
        Map<String, Object> create = request("create-volume");
        create.put("pool", pool);
        create.put("name", name);
        create.put("size", size);
        create.put("format", format);
        if (removeExisting) {
            create.put("remove_existing", true);
        }
        Map<?, ?> _ = request(create, deadline.orAfter(COPY));
    }

    /** Copies a volume over the first volume of a domain in the pool, which must be shut off. */
    public void copyToDomain(String pool, String from, String domain, Deadline deadline)
            throws HelperException, InterruptedException {
        Map<String, Object> copy = request("copy-volume");
        copy.put("pool", pool);
        copy.put("from", from);
        copy.put("to_domain", domain);
        Map<?, ?> _ = request(copy, deadline.orAfter(COPY));
    }

    /** Renames a volume; replaces an existing one. */
    public void moveVolume(String pool, String from, String to, Deadline deadline)
            throws HelperException, InterruptedException {
        Map<String, Object> move = request("copy-volume");
        move.put("pool", pool);
        move.put("from", from);
        move.put("to", to);
        move.put("move", true);
        Map<?, ?> _ = request(move, deadline.orAfter(COPY));
    }

    /**
     * Runs virt-install to its end. If it fails, the helper destroys the domain that the arguments name.
     *
     * @param console receives its output
     */
    public void virtInstall(List<String> args, OutputStream console, Deadline deadline)
            throws HelperException, InterruptedException {
        Map<String, Object> install = request("virt-install");
        install.put("args", args);
        install.put("destroy_on_error", true);
        lines.copyErrorsTo(console);
        try {
            Map<?, ?> _ = request(install, deadline);
        } finally {
            lines.copyErrorsTo(null);
        }
    }

    private static Map<String, Object> request(String cmd) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("cmd", cmd);
        return request;
    }

    private Map<?, ?> request(Map<String, Object> request, Deadline deadline)
            throws HelperException, InterruptedException {
        return request(request, new byte[0], deadline);
    }

    private Map<?, ?> request(Map<String, Object> request, byte[] bytes, Deadline deadline)
            throws HelperException, InterruptedException {
        Map<?, ?> answer = lines.exchange(request, bytes, deadline);
        if (!(answer.get("success") instanceof Boolean success)) {
            throw lines.end("its answer has no 'success'");
        }
        if (!(answer.get("reply") instanceof String reply)) {
            throw lines.end("its answer has no 'reply'");
        }
        if (success || answer.containsKey("cmd")) { // else it did not understand the request
            for (Map.Entry<String, Object> member : request.entrySet()) {
                if (!isSame(member.getValue(), answer.get(member.getKey()))) {
                    throw lines.end("it answered to another request: '" + member.getKey() + "' differs");
                }
            }
        }
        if (success) {
            return answer;
        }
        String cmd = String.valueOf(request.get("cmd"));
        throw new HelperRefusedException(
                place + ": '" + described(request) + "' failed: " + reply.strip(), reply, extent(cmd, reply));
    }

    private static HelperRefusedException.Extent extent(String cmd, String reply) {
        if (cmd.equals("reserve")) {
            return reply.equals(NONE_FREE)
                    ? HelperRefusedException.Extent.UNTIL_RELEASE
                    : HelperRefusedException.Extent.HOST;
        }
        return HOPELESS.contains(reply) ? HelperRefusedException.Extent.HOST : HelperRefusedException.Extent.DOMAIN;
    }

    private static String described(Map<String, Object> request) {
        List<String> words = new ArrayList<>();
        words.add(String.valueOf(request.get("cmd")));
        if (request.get("args") instanceof List<?> args && !args.isEmpty()) {
            words.add(String.valueOf(args.getFirst()));
        }
        return String.join(" ", words);
    }

    private static boolean isSame(Object sent, @Nullable Object received) {
        if (sent instanceof Long number) {
            return received instanceof JsonNumber got && got.text().equals(Long.toString(number));
        }
        return Objects.equals(sent, received);
    }

    private static String text(Map<?, ?> answer, String member) {
        return answer.get(member) instanceof String text ? text : "";
    }

    /** Returns a name that others can see: at most 15 bytes, of this text. */
    public static String nameOf(String text) {
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char each = text.charAt(i);
            boolean plain = each > ' ' && each < 127 && each != '(' && each != ')';
            name.append(plain ? each : '_');
        }
        String all = name.isEmpty() ? "atex" : name.toString();
        return new String(
                all.getBytes(StandardCharsets.US_ASCII),
                0,
                Math.min(LONGEST_NAME, all.length()),
                StandardCharsets.US_ASCII);
    }

    /** Ends the helper, and so all its reservations. */
    @Override
    public void close() {
        lines.close();
    }
}
