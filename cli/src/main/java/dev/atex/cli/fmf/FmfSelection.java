package dev.atex.cli.fmf;

import dev.atex.cli.command.Opt;
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
 * The common options of {@code atex fmf ls} and {@code show}: which objects to print.
 *
 * @param paths where the trees are
 * @param selection the criteria
 * @param context what adjust rules decide by; absent to leave the metadata as they are
 * @param links which are followed
 */
record FmfSelection(List<Path> paths, Selection selection, Optional<Context> context, FollowedLinks links) {

    /** Returns the text for the help of the commands with these options. */
    static final String ADJUSTING =
            "Applies adjust rules only with --context; without it, uses the metadata as written.";

    private static final Opt<List<String>> KEY =
            Opt.many("KEY", "Select objects that have this key; given twice, both.", "--key");
    private static final Opt<List<String>> NAME =
            Opt.many("REGEX", "Select objects whose name matches; given twice, either.", "--name");
    private static final Opt<List<String>> FILTER = Opt.many(
            "FILTER", "Select objects that match a filter: 'tag: quick & tier: 1, 2'; given twice, both.", "--filter");
    private static final Opt<List<String>> CONDITION = Opt.many(
            "EXPR",
            "Select objects for which a Python expression is true: \"'tag' in locals()\"; given twice, both.",
            "--condition");
    private static final Opt<List<String>> SOURCE =
            Opt.many("FILE", "Select objects that this file contributed to; given twice, either.", "--source");
    private static final Opt<Boolean> WHOLE =
            Opt.flag("Also select objects that only pass their metadata on to others.", "--whole");
    private static final Opt<List<String>> PATH = Opt.many(
            "DIR", "A directory in a tree (default: the current directory); given twice, both trees.", "--path");

    static void describe(CommandSpec spec) {
        Opt.addAll(spec, KEY, NAME, FILTER, CONDITION, SOURCE, WHOLE, PATH, SelectionOptions.CONTEXT);
        FmfFormat.describe(spec);
        SelectionOptions.FOLLOW_LINKS.addTo(spec);
    }

    static FmfSelection of(ParseResult options) throws UsageException {
        List<Path> paths = new ArrayList<>();
        for (String path : PATH.isGiven(options) ? PATH.of(options) : List.of(".")) {
            paths.add(Options.path("--path", path));
        }
        List<Path> sources = new ArrayList<>();
        for (String source : SOURCE.of(options)) {
            sources.add(Options.path("--source", source));
        }
        List<String> names = NAME.of(options);
        List<String> filters = FILTER.of(options);
        List<String> conditions = CONDITION.of(options);
        FmfErrors.checkNames(names);
        FmfErrors.checkFilters(filters);
        FmfErrors.checkConditions(conditions);
        Map<String, List<String>> context = SelectionOptions.context(SelectionOptions.CONTEXT.of(options));
        return new FmfSelection(
                paths,
                Selection.builder()
                        .whole(WHOLE.of(options))
                        .keys(KEY.of(options))
                        .names(names)
                        .filters(filters)
                        .conditions(conditions)
                        .sources(sources)
                        .build(),
                context.isEmpty() ? Optional.empty() : Optional.of(Context.of(context)),
                SelectionOptions.FOLLOW_LINKS.of(options) ? FollowedLinks.ALL : FollowedLinks.IN_CHECKOUT);
    }

    /** Finds the objects, tree by tree. Warns about links out of a tree that are not followed. */
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
