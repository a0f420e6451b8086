package dev.atex.cli;

import dev.atex.cli.command.Command;
import dev.atex.cli.fmf.DiscoverCommand;
import dev.atex.cli.fmf.FmfCommand;
import dev.atex.cli.fmf.LintCommand;
import dev.atex.cli.fmf.PlansCommand;
import dev.atex.cli.fmf.RequiresCommand;
import dev.atex.cli.fmf.ShowCommand;
import dev.atex.cli.machines.CheckCommand;
import dev.atex.cli.machines.ImageCommand;
import dev.atex.cli.machines.ShellCommand;
import dev.atex.cli.report.CompareCommand;
import dev.atex.cli.report.ReportCommand;
import dev.atex.cli.run.RunCommand;
import dev.atex.cli.runs.ReapCommand;
import dev.atex.cli.runs.RerunCommand;
import dev.atex.cli.runs.ResumeCommand;
import dev.atex.cli.runs.RunsCommand;
import dev.atex.cli.runs.StopCommand;
import dev.atex.cli.runs.WatchCommand;
import dev.atex.cli.shvirt.ShvirtCommand;
import dev.atex.cli.tf.TfCommand;
import dev.atex.cli.virt.VirtCommand;
import java.util.List;
import java.util.Optional;

/** The subcommands, in the order of the help. */
final class Commands {
    static final List<String> NAMES = List.of(
            "run",
            "check",
            "discover",
            "show",
            "requires",
            "plans",
            "lint",
            "shell",
            "runs",
            "resume",
            "rerun",
            "watch",
            "report",
            "compare",
            "stop",
            "reap",
            "image",
            "fmf",
            "tf",
            "virt",
            "shvirt",
            "completion");

    private Commands() {}

    /** Returns a command by its name. */
    static Optional<Command> find(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "run" -> new RunCommand();
                    case "check" -> new CheckCommand();
                    case "discover" -> new DiscoverCommand();
                    case "show" -> new ShowCommand();
                    case "requires" -> new RequiresCommand();
                    case "plans" -> new PlansCommand();
                    case "lint" -> new LintCommand();
                    case "shell" -> new ShellCommand();
                    case "runs" -> new RunsCommand();
                    case "resume" -> new ResumeCommand();
                    case "rerun" -> new RerunCommand();
                    case "watch" -> new WatchCommand();
                    case "compare" -> new CompareCommand();
                    case "report" -> new ReportCommand();
                    case "stop" -> new StopCommand();
                    case "reap" -> new ReapCommand();
                    case "image" -> new ImageCommand();
                    case "fmf" -> new FmfCommand();
                    case "tf" -> new TfCommand();
                    case "virt" -> new VirtCommand();
                    case "shvirt" -> new ShvirtCommand();
                    case "completion" -> new CompletionCommand();
                    default -> null;
                });
    }
}
