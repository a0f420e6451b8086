package dev.atex.report;

import dev.atex.report.model.RunReport;
import dev.atex.report.page.HtmlPage;
import dev.atex.report.page.PageData;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/** The HTML page, with links to the files of the run. */
final class HtmlReport implements Report {
    @Override
    public void write(RunReport run, Path target, OutputStream out) throws IOException {
        String to = Report.link(target, run.directory());
        HtmlPage.write(run, PageData.fixed(run), to.isEmpty() ? "" : to + "/", out);
    }
}
