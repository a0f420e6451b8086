package dev.atex.testingfarm.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Adapts {@link Proxies} to the JDK. Without proxies in the environment, the system properties of the JVM apply. */
final class Selector extends ProxySelector {
    private final Proxies proxies;

    Selector(Proxies proxies) {
        this.proxies = proxies;
    }

    @Override
    public List<Proxy> select(@Nullable URI uri) {
        if (uri == null) {
            throw new IllegalArgumentException("no URI");
        }
        ProxySelector otherwise = ProxySelector.getDefault();
        if (!proxies.isAny()) {
            return otherwise == null ? List.of(Proxy.NO_PROXY) : otherwise.select(uri);
        }
        Optional<Proxies.Via> via = proxies.of(uri);
        return List.of(
                via.isEmpty()
                        ? Proxy.NO_PROXY
                        : new Proxy(
                                Proxy.Type.HTTP,
                                InetSocketAddress.createUnresolved(
                                        via.get().host(), via.get().port())));
    }

    @Override
    public void connectFailed(@Nullable URI uri, @Nullable SocketAddress address, @Nullable IOException failure) {
        // there is no other proxy to try
    }
}
