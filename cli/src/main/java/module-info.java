/** The atex command. */
module dev.atex.cli {
    requires static org.jspecify;
    requires dev.atex.core;
    requires dev.atex.executor.fmf;
    requires dev.atex.libvirt;
    requires dev.atex.podman;
    requires dev.atex.report;
    requires dev.atex.testingfarm;
    requires info.picocli;
    requires java.logging;
    requires jdk.unsupported; // sun.misc.Signal
    requires org.slf4j;

    provides System.LoggerFinder with
            dev.atex.cli.log.AtexLoggerFinder;
    provides org.slf4j.spi.SLF4JServiceProvider with
            dev.atex.cli.slf4j.SystemLoggerProvider;
}
