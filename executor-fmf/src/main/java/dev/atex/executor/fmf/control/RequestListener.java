package dev.atex.executor.fmf.control;

/** Is told what a running test asks for. */
@FunctionalInterface
public interface RequestListener {

    /** The test asks for this; called by whoever reads its control stream. */
    void asked(TestRequest request);
}
