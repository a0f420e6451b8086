/** Reports of a run, created from its directory. */
module dev.atex.report {
    requires transitive dev.atex.core;
    requires static transitive org.jspecify;
    requires java.xml;
    requires jdk.httpserver;
    requires org.tukaani.xz;

    exports dev.atex.report;
    exports dev.atex.report.live;
    exports dev.atex.report.model;
}
