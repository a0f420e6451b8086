/** Copies trees of files as tar streams, over connections to machines with {@code tar}. */
module dev.atex.copy {
    requires transitive dev.atex.core;
    requires org.apache.commons.compress;
    requires static transitive org.jspecify;

    exports dev.atex.connection.copy;
}
