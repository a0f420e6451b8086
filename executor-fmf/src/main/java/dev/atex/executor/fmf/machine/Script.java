package dev.atex.executor.fmf.machine;

import dev.atex.executor.fmf.plan.Phase;
import dev.atex.executor.fmf.scripts.BinCommands;
import dev.atex.executor.fmf.scripts.RemoteScripts;
import dev.atex.executor.fmf.shell.Shell;
import dev.atex.executor.fmf.test.FmfTest;
import java.util.List;
import java.util.Map;

/** The text of bash around what a plan or a test wants to run. */
public final class Script {
    private Script() {}

    /** A script of a plan. */
    public static String ofPlan(Workspace workspace, String text) {
        return settingsOfTest(workspace) + "set -e -o pipefail\n" + text;
    }

    /** Sees to packages. */
    public static String ofPackages(Workspace workspace, List<String> required, List<String> recommended) {
        StringBuilder text = new StringBuilder(settings(workspace)).append(sourcing(workspace, RemoteScripts.PACKAGES));
        required.forEach(name -> text.append(' ').append(Shell.quote(name)));
        text.append(" --");
        recommended.forEach(name -> text.append(' ').append(Shell.quote(name)));
        return text.append('\n').toString();
    }

    /** Sees to what a phase of a plan installs. */
    public static String ofInstall(Workspace workspace, Phase.Install install) {
        return settings(workspace)
                + array("packages", install.packages())
                + array("copr", install.copr())
                + array("exclude", install.exclude())
                + array("directories", install.directories())
                + Shell.flag("skip_missing", install.skipMissing())
                + Shell.flag("check_first", install.checkFirst())
                + sourcing(workspace, RemoteScripts.INSTALL)
                + "\n";
    }

    /** Sees to features of the distribution. */
    public static String ofFeatures(Workspace workspace, Phase.Features features) {
        return settings(workspace)
                + feature("epel", features.features())
                + feature("crb", features.features())
                + sourcing(workspace, RemoteScripts.FEATURES)
                + "\n";
    }

    /** Sends what is in the directory for the plan's data. */
    public static String ofCollection(Workspace workspace) {
        return sourcing(workspace, RemoteScripts.COLLECT) + " " + Shell.quote(workspace.file(Environment.PLAN_DATA))
                + "\n";
    }

    private static String feature(String name, Map<String, Boolean> features) {
        Boolean wanted = features.get(name);
        return Shell.assign(name, wanted == null ? "" : wanted ? "enabled" : "disabled");
    }

    private static String array(String name, List<String> values) {
        return name + "=(" + String.join(" ", values.stream().map(Shell::quote).toList()) + ")\n";
    }

    private static String sourcing(Workspace workspace, RemoteScripts script) {
        return ". " + Shell.quote(workspace.file(script.fileName())) + " " + Shell.quote(workspace.path());
    }

    /** A test. What Beakerlib does not let pass it reports: so a command that fails does not end such a test, as in tmt. */
    public static String ofTest(Workspace workspace, FmfTest test) {
        String options = test.framework().equals("beakerlib") ? "\n" : "set -e -o pipefail\n";
        return settingsOfTest(workspace) + options + test.script();
    }

    /** Returns the text before a test: commands in {@code bin} of the work directory, and ours, come first in {@code PATH}. */
    public static String settingsOfTest(Workspace workspace) {
        String bin = Shell.quote(workspace.file("bin"));
        return settings(workspace) + "export PATH=" + Shell.quote(workspace.file(BinCommands.DIRECTORY))
                + ":$PATH; [[ -d " + bin + " ]] && PATH=" + bin + ":$PATH; ";
    }

    /** Returns the settings that earlier scripts and tests left for later ones; variables of the executor win. */
    private static String settings(Workspace workspace) {
        String source = Shell.quote(workspace.file(Environment.PLAN_SCRIPT));
        return ". " + Shell.quote(workspace.file(Environment.BEFORE)) + "; "
                + "trap 'echo \"a file of the plan (TMT_PLAN_ENVIRONMENT_FILE, TMT_PLAN_SOURCE_SCRIPT) ended the shell\" >&2; exit 125' EXIT; "
                + "set -a; . " + Shell.quote(workspace.file(Environment.PLAN_FILE)) + "; set +a; "
                + "[[ ! -s " + source + " ]] || . " + source + "; trap - EXIT; "
                + ". " + Shell.quote(workspace.file(Environment.AFTER)) + "; ";
    }
}
