import com.sun.source.doctree.DocCommentTree;
import com.sun.source.doctree.LinkTree;
import com.sun.source.doctree.LiteralTree;
import com.sun.source.doctree.TextTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTreeScanner;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * Makes {@code docs/errors.md} from the sources: each exception type of the project with its Javadoc, and the messages with which it
 * is created. Called by {@code tools/errors}.
 *
 * <p>The sources are parsed, not compiled, so names are matched as they are written. A variable part of a message becomes a name in
 * angle brackets; a part that may be missing is in square brackets. A message that a method gets as a parameter is looked for
 * where that method is called, in the same file or as {@code Class.method}.
 */
final class ErrorCatalog {
    private static final String PAGE = "docs/errors.md";
    private static final Pattern WORDS = Pattern.compile("[\\p{L}]{2,}");
    private static final Pattern PLACEHOLDER = Pattern.compile("<[^<>]*>");
    private static final Pattern FORMAT = Pattern.compile("%(?:\\d+\\$)?[-#+ 0,(]*\\d*(?:\\.\\d+)?([a-zA-Z%])");
    private static final String ONE_PLACEHOLDER = "<[^<>.]+>";

    /** Methods without which the value reads the same. */
    private static final String TRANSPARENT = "to[A-Z]\\w*|get|orElse|orElseThrow|strip|getFirst|getLast|getFileName";

    private static final int ROUNDS = 3;

    /** What a user was doing: the sources in which it can fail, the most special first. */
    private record Group(String title, String text, List<String> sources) {}

    private static final List<Group> GROUPS = List.of(
            new Group(
                    "The command line",
                    "Wrong options and arguments. Nothing was started.",
                    List.of("cli/", "core/src/main/java/dev/atex/internal/text/")),
            new Group(
                    "Metadata: fmf trees, filters, conditions",
                    "Errors of the fmf library. `atex lint` shows all problems of a tree with file and line.",
                    List.of("fmf/")),
            new Group(
                    "Tests and plans",
                    "Selecting tests, reading plans, fetching trees and libraries; preparing machines and running tests.",
                    List.of("executor-fmf/", "core/src/main/java/dev/atex/executor/")),
            new Group(
                    "Machines of any kind",
                    "The options of `--provision`, and what all kinds of machines share. `atex check` tries a machine.",
                    List.of(
                            "core/src/main/java/dev/atex/provisioner/",
                            "core/src/main/java/dev/atex/connection/",
                            "core/src/main/java/dev/atex/local/",
                            "copy/")),
            new Group("SSH hosts", "See also [ssh.md](ssh.md#troubleshooting).", List.of("ssh/")),
            new Group("Containers", "See also [podman.md](podman.md).", List.of("podman/")),
            new Group("Testing Farm", "See also [testing-farm.md](testing-farm.md#troubleshooting).", List.of("testingfarm/")),
            new Group("Virtual machines", "See also [virt.md](virt.md).", List.of("libvirt/")),
            new Group(
                    "Leases and reaping",
                    "Recording and freeing what a run uses. See also [leases.md](leases.md).",
                    List.of("core/src/main/java/dev/atex/lease/")),
            new Group("Reports", "See also [reports.md](reports.md).", List.of("report/")),
            new Group(
                    "The run directory and its files",
                    "Reading and writing results, events and files. See also [run-directory.md](run-directory.md).",
                    List.of("core/")));

    /** What the exit code is, by exception. Where a command has another one, its {@code --help} says so. */
    private static final Map<String, String> EXITS = Map.ofEntries(
            Map.entry("UsageException", "exit code 2"),
            Map.entry("InvalidOptionException", "exit code 2"),
            Map.entry("DiscoveryException", "exit code 2; if only one test is affected, that test ends as `infra`"),
            Map.entry("RefusedException", "exit code 2"),
            Map.entry("FmfException", "exit code 2"),
            Map.entry("JsonException", "exit code 2; in a test's result, the test ends as `infra`"),
            Map.entry("NotSupportedException", "exit code 2"),
            Map.entry("ConnectionException", "the test or the set-up ends as `infra`, exit code 3"),
            Map.entry("ExecutorException", "the test ends as `infra`, exit code 3"),
            Map.entry("TestAbortedException", "the test ends as `infra`: exit code 3, or 1 if the test is to blame"),
            Map.entry("ProvisionException", "exit code 3"),
            Map.entry("ReleaseException", "exit code 3"),
            Map.entry("LeaseException", "exit code 3"),
            Map.entry("AggregatorException", "exit code 3"),
            Map.entry("EngineException", "exit code 3; exit code 2 before a run started"),
            Map.entry("VirshException", "exit code 3; exit code 2 before a run started"),
            Map.entry("ApiException", "exit code 3; exit code 2 if the request or the token is wrong"),
            Map.entry("IOException", "exit code 2 before a run started, else 3"));

    /** An exception type: what it extends, and its Javadoc. */
    private record Type(String name, String module, String parent, String text) {}

    /** A message of an exception, in a source. */
    private record Message(String type, String source, String text) {}

    /** A method that creates {@code type} with a message made from its parameters. */
    private record Factory(String source, String owner, String method, List<String> parameters, String type, String template) {}

    private final Path root;
    private final Map<String, Type> types = new TreeMap<>();
    private final Map<String, String> constants = new HashMap<>();
    private final List<Factory> factories = new ArrayList<>();
    private final Set<Message> messages = new HashSet<>();

    private ErrorCatalog(Path root) {
        this.root = root;
        types.put("IOException", new Type("IOException", "", "", "A file, a stream or a program could not be used."));
    }

    static void main(String... arguments) throws IOException {
        Path root = Path.of(arguments[0]);
        String page = new ErrorCatalog(root).page();
        Path file = root.resolve(PAGE);
        if (arguments.length == 1) {
            Files.writeString(file, page);
        } else if (!Files.exists(file) || !Files.readString(file).equals(page)) {
            System.err.println(PAGE + " is out of date: run tools/errors, and commit the page");
            System.exit(1);
        }
    }

    private String page() throws IOException {
        List<Path> sources = new ArrayList<>();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(root)) {
            for (Path module : modules) {
                Path main = module.resolve("src/main/java");
                if (Files.isDirectory(main) && !module.endsWith("bench")) {
                    try (Stream<Path> files = Files.walk(main)) {
                        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
                    }
                }
            }
        }
        sources.sort(null);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null, manager, _ -> {}, List.of("-proc:none"), null, manager.getJavaFileObjectsFromPaths(sources));
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            DocTrees docs = DocTrees.instance(task);
            for (CompilationUnitTree unit : units) {
                new Types(docs).scan(unit, null);
            }
            types.values().removeIf(type -> !type.name.equals("IOException") && exit(type.name).isEmpty());
            for (CompilationUnitTree unit : units) {
                new Messages(unit).scan(unit, null);
            }
            // A method that passes a parameter on to another one of these is found one round later.
            for (int round = 0, from = 0; round < ROUNDS && from < factories.size(); round++) {
                List<Factory> news = List.copyOf(factories.subList(from, factories.size()));
                from = factories.size();
                for (CompilationUnitTree unit : units) {
                    new Calls(unit, news).scan(unit, null);
                }
            }
        }
        return print();
    }

    private String source(CompilationUnitTree unit) {
        return root.relativize(Path.of(unit.getSourceFile().toUri())).toString();
    }

    private String module(CompilationUnitTree unit) {
        return source(unit).replaceFirst("/.*", "");
    }

    /** Whether a name is that of one of the exceptions: a nested one without the ending is known in its own module only. */
    private boolean isException(String name, CompilationUnitTree unit) {
        Type type = types.get(name);
        return type != null && (name.endsWith("Exception") || type.module.equals(module(unit)));
    }

    /** The exit code of an exception or the nearest of its parents; empty for one that users never see. */
    private String exit(String name) {
        String exit = EXITS.get(name);
        Type type = types.get(name);
        return exit != null ? exit : type == null || type.parent.isEmpty() ? "" : exit(type.parent);
    }

    /** Collects exception types and constants. */
    private final class Types extends TreePathScanner<Void, Void> {
        private final DocTrees docs;

        Types(DocTrees docs) {
            this.docs = docs;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            String parent = type.getExtendsClause() == null ? "" : simple(type.getExtendsClause());
            Tree outer = getCurrentPath().getParentPath().getLeaf();
            String name = type.getSimpleName().toString();
            boolean inner = outer instanceof ClassTree enclosing
                    && types.containsKey(enclosing.getSimpleName().toString());
            if (name.endsWith("Exception") && parent.endsWith("Exception") || inner && !parent.isEmpty()) {
                types.putIfAbsent(name, new Type(name, module(unit()), parent, text(docs.getDocCommentTree(getCurrentPath()))));
            }
            return super.visitClass(type, unused);
        }

        private CompilationUnitTree unit() {
            return getCurrentPath().getCompilationUnit();
        }

        @Override
        public Void visitVariable(VariableTree variable, Void unused) {
            if (variable.getModifiers().getFlags().contains(Modifier.FINAL)
                    && getCurrentPath().getParentPath().getLeaf() instanceof ClassTree owner
                    && variable.getInitializer() instanceof com.sun.source.tree.LiteralTree literal
                    && literal.getValue() instanceof String text) {
                constants.put(owner.getSimpleName() + "." + variable.getName(), text);
            }
            if (variable.getModifiers().getFlags().contains(Modifier.FINAL)
                    && getCurrentPath().getParentPath().getLeaf() instanceof ClassTree owner
                    && variable.getInitializer() instanceof MethodInvocationTree option
                    && option.getMethodSelect().toString().matches("Opt\\.\\w+|size|number")
                    && option.getArguments().getLast() instanceof com.sun.source.tree.LiteralTree literal
                    && literal.getValue() instanceof String name
                    && name.startsWith("--")) {
                constants.put(owner.getSimpleName() + "." + variable.getName(), name); // an option is printed as its name
            }
            return super.visitVariable(variable, unused);
        }
    }

    /** Collects messages, and methods that get theirs as a parameter. */
    private class Messages extends TreePathScanner<Void, Void> {
        final CompilationUnitTree unit;
        final String source;

        Messages(CompilationUnitTree unit) {
            this.unit = unit;
            this.source = source(unit);
        }

        @Override
        public Void visitNewClass(NewClassTree created, Void unused) {
            String type = simple(created.getIdentifier());
            if (type.endsWith("FileSystemException") && created.getArguments().size() == 3) {
                add("IOException", created.getArguments().get(2));
            } else if (isException(type, unit) && !created.getArguments().isEmpty()) {
                created.getArguments().forEach(argument -> add(type, argument));
            }
            return super.visitNewClass(created, unused);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            if (call.getMethodSelect() instanceof IdentifierTree method && method.getName().contentEquals("super")) {
                String type = owner();
                if (isException(type, unit) && !call.getArguments().isEmpty()) {
                    add(type, call.getArguments().getFirst());
                }
            }
            if (call.getMethodSelect().toString().equals("Ending.aborted")) {
                add("TestAbortedException", call.getArguments().getLast()); // the same as a value
            }
            return super.visitMethodInvocation(call, unused);
        }

        /** Adds the messages that the argument can be, if it is one. */
        void add(String type, ExpressionTree argument) {
            switch (argument) {
                case ParenthesizedTree inner -> add(type, inner.getExpression());
                case ConditionalExpressionTree choice -> {
                    add(type, choice.getTrueExpression());
                    add(type, choice.getFalseExpression());
                }
                case SwitchExpressionTree choice -> choice.getCases().forEach(each -> {
                    if (each.getBody() instanceof ExpressionTree result) {
                        add(type, result);
                    }
                });
                case IdentifierTree name when initializer(name) instanceof ExpressionTree text && text != argument ->
                    add(type, text);
                case MethodInvocationTree call when call.getMethodSelect() instanceof IdentifierTree name
                        && textMethod(name) instanceof MethodTree method && method != enclosing(MethodTree.class) ->
                    new Returned(unit, type).scan(TreePath.getPath(unit, method), null);
                default -> add(type, template(argument));
            }
        }

        /** Returns the method of this class with this name that returns a String; null if there is none, or several. */
        private MethodTree textMethod(IdentifierTree name) {
            ClassTree owner = enclosing(ClassTree.class);
            List<MethodTree> methods = owner == null
                    ? List.of()
                    : owner.getMembers().stream()
                            .filter(member -> member instanceof MethodTree method
                                    && method.getName().equals(name.getName())
                                    && method.getBody() != null
                                    && simple(method.getReturnType()).equals("String"))
                            .map(MethodTree.class::cast)
                            .toList();
            return methods.size() == 1 ? methods.getFirst() : null;
        }

        /** Returns the initializer of a local String variable that never changes; null if there is none. */
        private ExpressionTree initializer(IdentifierTree name) {
            MethodTree method = enclosing(MethodTree.class);
            if (method == null || method.getBody() == null) {
                return null;
            }
            List<ExpressionTree> values = new ArrayList<>();
            var scanner = new TreeScanner<Void, Void>() {
                private boolean changes;

                @Override
                public Void visitVariable(VariableTree variable, Void unused) {
                    boolean text = variable.getType() != null && simple(variable.getType()).equals("String");
                    if (text && variable.getName().equals(name.getName()) && variable.getInitializer() != null) {
                        values.add(variable.getInitializer());
                    }
                    return super.visitVariable(variable, unused);
                }

                @Override
                public Void visitAssignment(AssignmentTree assignment, Void unused) {
                    changes |= simple(assignment.getVariable()).equals(name.getName().toString());
                    return super.visitAssignment(assignment, unused);
                }
            };
            scanner.scan(method.getBody(), null);
            return values.size() == 1 && !scanner.changes ? values.getFirst() : null;
        }

        void add(String type, String template) {
            if (hasWords(template)) {
                messages.add(new Message(type, source, template));
            }
            MethodTree method = enclosing(MethodTree.class);
            if (method == null) {
                return;
            }
            List<String> parameters =
                    method.getParameters().stream().map(each -> placeholder(each.getName().toString())).toList();
            boolean passes = parameters.stream().anyMatch(template::contains);
            boolean constructor = method.getName().contentEquals("<init>");
            if (passes && !constructor && !hasWords(template)) {
                factories.add(new Factory(
                        source, owner(), method.getName().toString(), parameters, type, template));
            }
        }

        String owner() {
            ClassTree owner = enclosing(ClassTree.class);
            return owner == null ? "" : owner.getSimpleName().toString();
        }

        private <T> T enclosing(Class<T> kind) {
            for (TreePath path = getCurrentPath(); path != null; path = path.getParentPath()) {
                if (kind.isInstance(path.getLeaf())) {
                    return kind.cast(path.getLeaf());
                }
            }
            return null;
        }

        /** The text of an expression, with placeholders. */
        String template(ExpressionTree expression) {
            return switch (expression) {
                case com.sun.source.tree.LiteralTree literal when literal.getValue() != null ->
                    String.valueOf(literal.getValue());
                case BinaryTree binary when binary.getKind() == Tree.Kind.PLUS
                        && binary.getLeftOperand() instanceof IdentifierTree
                        && binary.getRightOperand().getKind() == Tree.Kind.INT_LITERAL ->
                    template(binary.getLeftOperand()); // a number
                case BinaryTree binary when binary.getKind() == Tree.Kind.PLUS ->
                    template(binary.getLeftOperand()) + template(binary.getRightOperand());
                case ParenthesizedTree inner -> template(inner.getExpression());
                case TypeCastTree cast -> template(cast.getExpression());
                case ConditionalExpressionTree choice -> choice(choice);
                case IdentifierTree name -> {
                    String constant = constants.get(owner() + "." + name.getName());
                    ExpressionTree value = constant == null ? initializer(name) : null;
                    boolean text = value instanceof com.sun.source.tree.LiteralTree
                            || value instanceof BinaryTree
                            || value instanceof ConditionalExpressionTree;
                    yield constant != null
                            ? constant
                            : text ? template(value) : placeholder(name.getName().toString());
                }
                case MemberSelectTree member -> {
                    String constant = constants.get(simple(member.getExpression()) + "." + member.getIdentifier());
                    yield constant != null ? constant : placeholder(member.getIdentifier().toString());
                }
                case MethodInvocationTree call -> call(call);
                default -> "<...>";
            };
        }

        private String choice(ConditionalExpressionTree choice) {
            String yes = template(choice.getTrueExpression());
            String no = template(choice.getFalseExpression());
            if (yes.startsWith("--") && no.startsWith("--")) {
                return "(" + yes + "|" + no + ")";
            }
            if (yes.isEmpty() || no.isEmpty()) {
                return "[" + yes + no + "]";
            }
            return hasWords(yes) && hasWords(no) ? "(" + yes + "|" + no + ")" : hasWords(yes) ? yes : no;
        }

        private String call(MethodInvocationTree call) {
            String method = simple(call.getMethodSelect());
            List<? extends ExpressionTree> arguments = call.getArguments();
            if (call.getMethodSelect() instanceof IdentifierTree name
                    && textMethod(name) instanceof MethodTree same
                    && same != enclosing(MethodTree.class)
                    && same.getBody().getStatements().getFirst() instanceof ReturnTree result
                    && result.getExpression() instanceof BinaryTree text
                    && hasWords(template(text))) {
                return template(text);
            }
            if (call.getMethodSelect() instanceof MemberSelectTree target) {
                if (method.equals("formatted")) {
                    return format(template(target.getExpression()), arguments);
                }
                if (method.equals("format") && simple(target.getExpression()).equals("String")) {
                    int first = arguments.getFirst() instanceof com.sun.source.tree.LiteralTree ? 0 : 1;
                    return format(template(arguments.get(first)), arguments.subList(first + 1, arguments.size()));
                }
                if (method.equals("join") && arguments.size() == 2) {
                    String inner = template(arguments.getLast());
                    return inner.matches(ONE_PLACEHOLDER) ? inner : "<...>";
                }
                if (method.matches(TRANSPARENT) && arguments.size() < 2 && !isProblem(call)) {
                    String inner = template(target.getExpression());
                    return inner.matches(ONE_PLACEHOLDER) ? inner : "<...>";
                }
            }
            if (Set.of("getMessage", "getCause", "getReason", "message").contains(method) || method.equals("of") && isProblem(call)) {
                return "<reason>";
            }
            if (arguments.size() == 1
                    && template(arguments.getFirst()).matches(ONE_PLACEHOLDER)
                    && !template(arguments.getFirst()).equals("<options>")) {
                return template(arguments.getFirst());
            }
            return placeholder(method);
        }

        private boolean isProblem(MethodInvocationTree call) {
            return call.getMethodSelect() instanceof MemberSelectTree target
                    && simple(target.getExpression()).matches(".*(Problem|Error|Reason).*");
        }

        private String format(String format, List<? extends ExpressionTree> arguments) {
            StringBuilder text = new StringBuilder();
            var matcher = FORMAT.matcher(format);
            int next = 0;
            while (matcher.find()) {
                String value = matcher.group(1).equals("%")
                        ? "%"
                        : matcher.group(1).equals("n")
                                ? " "
                                : next < arguments.size() ? template(arguments.get(next++)) : "<...>";
                matcher.appendReplacement(text, java.util.regex.Matcher.quoteReplacement(value));
            }
            return matcher.appendTail(text).toString();
        }
    }

    /** Collects the messages that a method returns. */
    private final class Returned extends Messages {
        private final String type;

        Returned(CompilationUnitTree unit, String type) {
            super(unit);
            this.type = type;
        }

        @Override
        public Void visitReturn(ReturnTree result, Void unused) {
            add(type, result.getExpression());
            return null;
        }

        @Override
        public Void visitLambdaExpression(LambdaExpressionTree lambda, Void unused) {
            return null;
        }

        @Override
        public Void visitNewClass(NewClassTree created, Void unused) {
            return null;
        }

        @Override
        void add(String exception, String template) {
            if (hasWords(template)) {
                messages.add(new Message(exception, source, template));
            }
        }
    }

    /** Collects the messages that are passed to methods. */
    private final class Calls extends Messages {
        private final List<Factory> wanted;

        Calls(CompilationUnitTree unit, List<Factory> wanted) {
            super(unit);
            this.wanted = wanted;
        }

        @Override
        public Void visitNewClass(NewClassTree created, Void unused) {
            return scan(created.getArguments(), unused);
        }

        @Override
        public Void visitMethodInvocation(MethodInvocationTree call, Void unused) {
            String method = simple(call.getMethodSelect());
            String target = call.getMethodSelect() instanceof MemberSelectTree select ? simple(select.getExpression()) : "";
            for (Factory factory : wanted) {
                boolean same = factory.source.equals(source) || factory.owner.equals(target);
                if (same && factory.method.equals(method) && factory.parameters.size() == call.getArguments().size()) {
                    int only = factory.parameters.indexOf(factory.template);
                    if (only >= 0) {
                        add(factory.type, call.getArguments().get(only));
                        continue;
                    }
                    String text = factory.template;
                    for (int i = 0; i < factory.parameters.size(); i++) {
                        text = text.replace(factory.parameters.get(i), template(call.getArguments().get(i)));
                    }
                    add(factory.type, text);
                }
            }
            return super.visitMethodInvocation(call, unused);
        }
    }

    private String print() {
        StringBuilder page = new StringBuilder("""
                # Error messages

                All error messages of `atex`, grouped by what you were doing. `tools/errors` makes this page from the
                sources: change a message there, not here.

                Search for a few words of the message that do not depend on your input: `<host>` and the like stand for a value,
                `<reason>` for another message, `[...]` for a part that may be missing, `(a|b)` for a choice. Most messages say what
                to do about them; the pages that a section names have more. `atex.log` in the run directory shows what led to an error.

                Exit codes: [commands.md](commands.md#signals-and-exit-codes). Errors in the use of the Java API, messages of programs
                that `atex` calls, and those of the parser of the command line (a missing value, an option that is given twice) are
                not listed.
                """);
        Map<Group, Map<String, Set<String>>> sorted = new LinkedHashMap<>();
        GROUPS.forEach(group -> sorted.put(group, new TreeMap<>()));
        for (Message message : messages) {
            sorted.get(group(message.source))
                    .computeIfAbsent(message.type, _ -> new TreeSet<>(BY_WORDS))
                    .add(message.text);
        }
        sorted.values().removeIf(Map::isEmpty);
        page.append("\n");
        sorted.keySet().forEach(group -> page.append("- [%s](#%s)\n".formatted(group.title, anchor(group.title))));
        sorted.forEach((group, of) -> {
            page.append("\n## ").append(group.title).append("\n\n").append(group.text).append('\n');
            of.forEach((name, texts) -> {
                Type type = types.get(name);
                page.append("\n### ").append(name).append("\n\n");
                page.append(wrapped(type.text + " *" + upper(exit(name)) + ".*")).append("\n\n");
                texts.forEach(text -> page.append("- ").append(code(text)).append('\n'));
            });
        });
        return page.toString();
    }

    private static final Comparator<String> BY_WORDS = Comparator.comparing(
                    (String text) -> PLACEHOLDER.matcher(text).replaceAll("").replaceAll("[^\\p{L}]+", " ").strip().toLowerCase(Locale.ROOT))
            .thenComparing(Comparator.naturalOrder());

    private static Group group(String source) {
        return GROUPS.stream()
                .flatMap(group -> group.sources.stream().map(prefix -> Map.entry(prefix, group)))
                .filter(entry -> source.startsWith(entry.getKey()))
                .max(Comparator.comparingInt(entry -> entry.getKey().length()))
                .orElseThrow(() -> new IllegalStateException("tools/ErrorCatalog.java has no group for " + source))
                .getValue();
    }

    private static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} -]", "").replace(' ', '-');
    }

    private static boolean hasWords(String template) {
        return WORDS.matcher(PLACEHOLDER.matcher(template).replaceAll("")).results().count() >= 2;
    }

    private static String placeholder(String name) {
        String text = name.matches("get[A-Z].*") ? name.substring(3) : name;
        text = text.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT).replace('_', ' ');
        return "<"
                + switch (text) {
                    case "e", "problem", "cause", "message", "why", "said" -> "reason";
                    case "among" -> "suggestion";
                    case "size", "count", "i" -> "number";
                    case "this" -> "name";
                    case "map", "joining", "collect", "apply" -> "...";
                    default -> text;
                }
                + ">";
    }

    private static String code(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.contains("`") ? "`` " + line + " ``" : "`" + line + "`";
    }

    private static String upper(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String wrapped(String text) {
        StringBuilder lines = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ")) {
            if (column > 0 && column + 1 + word.length() > 118) {
                lines.append('\n');
                column = 0;
            } else if (column > 0) {
                lines.append(' ');
                column++;
            }
            lines.append(word);
            column += word.length();
        }
        return lines.toString();
    }

    private static String simple(Tree name) {
        return switch (name) {
            case IdentifierTree identifier -> identifier.getName().toString();
            case MemberSelectTree member -> member.getIdentifier().toString();
            default -> "";
        };
    }

    private static String text(DocCommentTree comment) {
        if (comment == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        new DocTreeScanner<Void, Void>() {
            @Override
            public Void visitText(TextTree part, Void unused) {
                text.append(part.getBody());
                return null;
            }

            @Override
            public Void visitLiteral(LiteralTree code, Void unused) {
                text.append('`').append(code.getBody().getBody()).append('`');
                return null;
            }

            @Override
            public Void visitLink(LinkTree link, Void unused) {
                text.append('`').append(link.getReference().getSignature()).append('`');
                return null;
            }
        }.scan(comment.getFullBody(), null);
        return text.toString().replaceAll("\\s+", " ").strip();
    }
}
