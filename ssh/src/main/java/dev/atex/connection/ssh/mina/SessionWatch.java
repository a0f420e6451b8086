package dev.atex.connection.ssh.mina;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.kex.KexProposalOption;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;

/** Passes events of sessions on to their logins. */
final class SessionWatch implements SessionListener {
    private static final System.Logger LOG = System.getLogger("dev.atex.ssh");

    /** Prefers host key algorithms for which a key of the host is known, as the OpenSSH client does. */
    @Override
    public void sessionNegotiationOptionsCreated(Session session, Map<KexProposalOption, String> proposal) {
        List<String> known = MinaClient.login(session).hostKeys().knownAlgorithms();
        String offered = proposal.getOrDefault(KexProposalOption.SERVERKEYS, "");
        List<String> first = new ArrayList<>();
        List<String> rest = new ArrayList<>();
        for (String algorithm : offered.split(",")) {
            (known.contains(algorithm) ? first : rest).add(algorithm);
        }
        first.addAll(rest);
        proposal.put(KexProposalOption.SERVERKEYS, String.join(",", first));
    }

    @Override
    public void sessionException(Session session, Throwable why) {
        MinaClient.login(session).note(why);
    }

    @Override
    public void sessionDisconnect(Session session, int reason, String message, String language, boolean initiator) {
        MinaClient.login(session).note(new SshException(reason, message));
    }

    @Override
    public void sessionClosed(Session session) {
        Login login = MinaClient.login(session);
        LOG.log(Level.DEBUG, () -> login.host() + ": session closed");
        login.closed();
    }
}
