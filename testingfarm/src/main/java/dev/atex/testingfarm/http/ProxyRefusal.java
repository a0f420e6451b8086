package dev.atex.testingfarm.http;

import java.io.IOException;
import java.net.http.HttpResponse;

/** The proxy requires authentication (407). The call has not reached the server. */
public final class ProxyRefusal extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int AUTHENTICATION_REQUIRED = 407;

    private ProxyRefusal() {
        super("the proxy answers " + AUTHENTICATION_REQUIRED);
    }

    /** Throws if the answer has that status; its body may be missing. */
    public static void check(HttpResponse<?> answer) throws ProxyRefusal {
        if (answer.statusCode() == AUTHENTICATION_REQUIRED) {
            throw new ProxyRefusal();
        }
    }
}
