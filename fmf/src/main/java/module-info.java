/** A library for the Flexible Metadata Format: loads trees of metadata, with inheritance, adjustment and selection. */
module dev.atex.fmf {
    requires static transitive org.jspecify;
    requires org.snakeyaml.engine;

    exports dev.atex.fmf;
}
