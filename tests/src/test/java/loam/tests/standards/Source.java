package loam.tests.standards;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** What the rules need to know of one source file, read off its syntax tree. */
final class Source extends TreePathScanner<Void, Void> {
    /**
     * A method and its length.
     *
     * @param name class and method
     * @param lines from its first modifier to its closing brace
     */
    record Method(String name, int lines) {}

    private static final Set<String> NEEDS_LOCALE = Set.of("format", "printf");
    private static final Set<String> CASE = Set.of("toLowerCase", "toUpperCase");

    final String name;
    final List<Method> methods = new ArrayList<>();
    final List<String> emptyCatches = new ArrayList<>();
    final List<String> withoutLocale = new ArrayList<>();
    final List<String> undocumentedTypes = new ArrayList<>();

    private final CompilationUnitTree unit;
    private final DocTrees trees;
    private final SourcePositions positions;

    private Source(Path file, CompilationUnitTree unit, DocTrees trees) {
        this.name = Repo.name(file);
        this.unit = unit;
        this.trees = trees;
        this.positions = trees.getSourcePositions();
        scan(unit, null);
    }

    /** Parses every file, without attributing names, and hands each to {@code use}. */
    static void forEach(List<Path> files, Consumer<Source> use) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(null, manager, diagnostic -> { }, List.of("-proc:none"), null,
                    manager.getJavaFileObjectsFromPaths(files));
            DocTrees trees = DocTrees.instance(task);
            for (CompilationUnitTree unit : task.parse()) {
                use.accept(new Source(Path.of(unit.getSourceFile().toUri()), unit, trees));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long line(long position) {
        return unit.getLineMap().getLineNumber(position);
    }

    private String at(Tree tree) {
        return name + ":" + line(positions.getStartPosition(unit, tree));
    }

    private String typeName() {
        StringBuilder path = new StringBuilder();
        for (Tree tree : getCurrentPath()) {
            if (tree instanceof ClassTree type && !type.getSimpleName().isEmpty()) {
                path.insert(0, type.getSimpleName() + (path.length() == 0 ? "" : "."));
            }
        }
        return path.toString();
    }

    @Override
    public Void visitClass(ClassTree type, Void none) {
        boolean seen = type.getModifiers().getFlags().contains(Modifier.PUBLIC)
                || getCurrentPath().getParentPath().getLeaf() instanceof ClassTree outer
                        && outer.getKind() == Tree.Kind.INTERFACE;
        boolean testClass = name.startsWith("tests/") && type.getSimpleName().toString().endsWith("Test");
        if (seen || testClass) {
            DocCommentTree doc = trees.getDocCommentTree(getCurrentPath());
            if (doc == null || doc.getFirstSentence().isEmpty()) {
                undocumentedTypes.add(at(type) + " " + typeName());
            }
        }
        return super.visitClass(type, none);
    }

    @Override
    public Void visitMethod(MethodTree method, Void none) {
        long start = positions.getStartPosition(unit, method);
        long end = positions.getEndPosition(unit, method);
        if (start >= 0 && end >= 0) {
            methods.add(new Method(typeName() + "." + method.getName(), (int) (line(end) - line(start) + 1)));
        }
        return super.visitMethod(method, none);
    }

    @Override
    public Void visitCatch(CatchTree clause, Void none) {
        if (clause.getBlock().getStatements().isEmpty()) {
            emptyCatches.add(at(clause));
        }
        return super.visitCatch(clause, none);
    }

    @Override
    public Void visitMethodInvocation(MethodInvocationTree call, Void none) {
        if (call.getMethodSelect() instanceof MemberSelectTree select) {
            String method = select.getIdentifier().toString();
            boolean locale = !call.getArguments().isEmpty() && isLocale(call.getArguments().get(0));
            boolean onText = select.getExpression().toString().equals("String") || method.equals("printf");
            if (NEEDS_LOCALE.contains(method) && onText && !locale || CASE.contains(method) && call.getArguments().isEmpty()
                    || method.equals("formatted")) {
                withoutLocale.add(at(call) + " " + method);
            }
        }
        return super.visitMethodInvocation(call, none);
    }

    private static boolean isLocale(ExpressionTree argument) {
        return argument.toString().endsWith("Locale.ROOT") || argument.toString().equals("ROOT");
    }
}
