package dev.atex.executor.fmf;

import java.util.List;

/** The text of bash around what a plan or a test wants to run. */
final class Script {
    private Script() {}

    /** A script of a plan. */
    static String ofPlan(Workspace workspace, String text) {
        return settings(workspace) + "set -e -o pipefail\n" + text;
    }

    /** Sees to packages. */
    static String ofPackages(Workspace workspace, List<String> required, List<String> recommended) {
        StringBuilder text = new StringBuilder(settings(workspace))
                .append(". ")
                .append(Shell.quote(workspace.file(RemoteScripts.PACKAGES.fileName())))
                .append(' ')
                .append(Shell.quote(workspace.path()));
        required.forEach(name -> text.append(' ').append(Shell.quote(name)));
        text.append(" --");
        recommended.forEach(name -> text.append(' ').append(Shell.quote(name)));
        return text.append('\n').toString();
    }

    /** A test. What Beakerlib does not let pass it reports: so a command that fails does not end such a test, as in tmt. */
    static String ofTest(Workspace workspace, FmfTest test) {
        String options = test.framework().equals("beakerlib") ? "\n" : "set -e -o pipefail\n";
        return settingsOfTest(workspace) + options + test.script();
    }

    /** What comes before a test: commands in {@code bin} of the work directory, and ours, are found before others. */
    static String settingsOfTest(Workspace workspace) {
        String bin = Shell.quote(workspace.file("bin"));
        return settings(workspace) + "export PATH=" + Shell.quote(workspace.file(BinCommands.DIRECTORY))
                + ":$PATH; [[ -d " + bin + " ]] && PATH=" + bin + ":$PATH; ";
    }

    /** What scripts of the plan, and tests, have left for those that come later. */
    private static String settings(Workspace workspace) {
        return "set -a; . " + Shell.quote(workspace.file("plan_env")) + "; set +a; ";
    }
}
