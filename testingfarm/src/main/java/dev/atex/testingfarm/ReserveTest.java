package dev.atex.testingfarm;

/**
 * The test that is submitted to get a machine: it puts a key in place and then does nothing.
 *
 * @param url of the git repository
 * @param ref branch, tag or commit
 * @param path of the tree of metadata in it
 * @param name of the plan's test
 */
record ReserveTest(String url, String ref, String path, String name) {
    static final ReserveTest USUAL =
            new ReserveTest("https://gitlab.com/testing-farm/tests", "main", ".", "/testing-farm/reserve");
}
