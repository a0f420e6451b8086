/** The atex command. */
module dev.atex.cli {
    requires static org.jspecify;
    requires dev.atex.core;
    requires dev.atex.executor.fmf;
    requires dev.atex.podman;
    requires dev.atex.report;
    requires dev.atex.testingfarm;
    requires info.picocli;
    requires jdk.unsupported; // sun.misc.Signal
    requires org.slf4j;

    provides org.slf4j.spi.SLF4JServiceProvider with
            dev.atex.cli.slf4j.SystemLoggerProvider;
}
