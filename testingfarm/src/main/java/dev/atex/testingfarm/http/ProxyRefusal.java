package dev.atex.testingfarm.http;

import java.io.IOException;
import java.net.http.HttpResponse;

/** A proxy does not let us through before it knows us. Nothing of the call has gone further. */
public final class ProxyRefusal extends IOException {
    private static final long serialVersionUID = 1L;
    private static final int AUTHENTICATION_REQUIRED = 407;

    private ProxyRefusal() {
        super("the proxy answers " + AUTHENTICATION_REQUIRED);
    }

    /** Throws it if the answer is one; it may lack a body then. */
    public static void check(HttpResponse<?> answer) throws ProxyRefusal {
        if (answer.statusCode() == AUTHENTICATION_REQUIRED) {
            throw new ProxyRefusal();
        }
    }
}
