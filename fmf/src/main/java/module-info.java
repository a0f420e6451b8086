/** A library for the Flexible Metadata Format: trees of metadata, inherited, adjusted and selected. */
module dev.atex.fmf {
    requires static transitive org.jspecify;
    requires org.snakeyaml.engine;

    exports dev.atex.fmf;
}
