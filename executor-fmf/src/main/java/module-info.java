/** Discovers fmf tests and runs them over any connection. */
module dev.atex.executor.fmf {
    requires transitive dev.atex.core;
    requires transitive dev.atex.fmf;
    requires static transitive org.jspecify;

    exports dev.atex.executor.fmf;
    exports dev.atex.executor.fmf.discovery;
    exports dev.atex.executor.fmf.findings;
    exports dev.atex.executor.fmf.plan;
    exports dev.atex.executor.fmf.test;
}
