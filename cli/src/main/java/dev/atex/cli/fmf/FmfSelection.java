package dev.atex.cli.fmf;

import dev.atex.cli.command.Options;
import dev.atex.cli.command.Terminal;
import dev.atex.cli.command.UsageException;
import dev.atex.cli.selection.FmfErrors;
import dev.atex.cli.selection.SelectionOptions;
import dev.atex.cli.view.Printable;
import dev.atex.fmf.Context;
import dev.atex.fmf.FmfException;
import dev.atex.fmf.FollowedLinks;
import dev.atex.fmf.Node;
import dev.atex.fmf.Selection;
import dev.atex.fmf.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/**
 * Which objects are meant: the options that {@code atex fmf ls} and {@code show} have in common.
 *
 * @param paths where the trees are
 * @param selection the criteria
 * @param context what adjust rules decide by; absent to leave the metadata as they are
 * @param links which are followed
 */
record FmfSelection(List<Path> paths, Selection selection, Optional<Context> context, FollowedLinks links) {

    static void describe(CommandSpec spec) {
        spec.addOption(Options.many("KEY", "Objects that have this key; given twice, both.", "--key"));
        spec.addOption(Options.many("REGEX", "Objects whose name has a match; given twice, either will do.", "--name"));
        spec.addOption(Options.many(
                "FILTER", "Objects that meet a filter: 'tag: quick & tier: 1, 2'; given twice, both.", "--filter"));
        spec.addOption(Options.many(
                "EXPR",
                "Objects for which a Python expression is true: \"'tag' in locals()\"; given twice, both.",
                "--condition"));
        spec.addOption(Options.many(
                "FILE", "Objects that this file contributed to; given twice, either will do.", "--source"));
        spec.addOption(Options.flag("All objects, those that others inherit from as well.", "--whole"));
        spec.addOption(
                Options.many("DIR", "A directory in a tree (default: here); given twice, both trees.", "--path"));
        spec.addOption(Options.many(
                "KEY=VALUE",
                "Apply adjust rules first, deciding by this: distro=fedora-42; several values: a,b.",
                "-c",
                "--context"));
        spec.addOption(Options.one(
                "FORMAT",
                "A text for each object instead, with values in Python's braces: '{} {}\\n'; \\n is a line end.",
                "--format"));
        spec.addOption(Options.many(
                "EXPR",
                "A value for the format: a Python expression with name, data, root, sources and os.path.",
                "--value"));
        spec.addOption(Options.flag(SelectionOptions.FOLLOW_LINKS, "--follow-links"));
    }

    static FmfSelection of(ParseResult options) throws UsageException {
        List<Path> paths = new ArrayList<>();
        for (String path : options.hasMatchedOption("--path") ? Options.all(options, "--path") : List.of(".")) {
            paths.add(Options.path("--path", path));
        }
        List<Path> sources = new ArrayList<>();
        for (String source : Options.all(options, "--source")) {
            sources.add(Options.path("--source", source));
        }
        List<String> names = Options.all(options, "--name");
        List<String> filters = Options.all(options, "--filter");
        List<String> conditions = Options.all(options, "--condition");
        FmfErrors.checkNames(names);
        FmfErrors.checkFilters(filters);
        FmfErrors.checkConditions(conditions);
        Map<String, List<String>> context = SelectionOptions.context(Options.all(options, "--context"));
        return new FmfSelection(
                paths,
                Selection.builder()
                        .whole(options.hasMatchedOption("--whole"))
                        .keys(Options.all(options, "--key"))
                        .names(names)
                        .filters(filters)
                        .conditions(conditions)
                        .sources(sources)
                        .build(),
                context.isEmpty() ? Optional.empty() : Optional.of(Context.of(context)),
                options.hasMatchedOption("--follow-links") ? FollowedLinks.ALL : FollowedLinks.IN_CHECKOUT);
    }

    /** The objects, tree by tree; there may be none. What leads out of a tree and is not followed is told. */
    List<Node> find(Terminal terminal) throws UsageException {
        List<Node> found = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                throw new UsageException("--path " + path + ": "
                        + (Files.exists(path) ? "it is not a directory" : "there is no such directory"));
            }
            try {
                Tree tree = Tree.load(path, links);
                tree.skippedLinks()
                        .forEach(link -> terminal.err()
                                .println("atex: warning: "
                                        + Printable.line(link.place() + " leads to " + link.target()
                                                + ", out of the tree, and is not followed (--follow-links does)")));
                tree.notices()
                        .forEach(notice ->
                                terminal.err().println("atex: warning: " + Printable.line(notice.toString())));
                if (context.isPresent()) {
                    tree.adjust(context.get());
                }
                found.addAll(tree.prune(selection));
            } catch (FmfException e) {
                throw FmfErrors.of(e);
            }
        }
        return found;
    }
}
