package dev.atex.cli.selection;

import dev.atex.concurrent.Deadline;
import dev.atex.executor.fmf.plan.UrlSource;
import dev.atex.testingfarm.http.Download;
import dev.atex.testingfarm.http.Network;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/** Reads files of variables from URLs, over the network as the environment says it is reached. */
record UrlReader(Map<String, String> environment) implements UrlSource {
    @Override
    public String text(URI url, String shown, int most, Deadline deadline) throws IOException, InterruptedException {
        return Download.text(Network.of(environment), url, shown, most, deadline);
    }
}
