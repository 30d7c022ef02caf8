package proven;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Compiles all Java files of the working directory into CLASSES, which is on the class path, and runs the tests of some of
 * them, all in this process. Called as: Runner CLASSES REPORT TEST_FILE...
 *
 * <p>A line of the report is a status, the number and the name of a test, between tabs. Tests are written as planned before
 * they start, so that those that never end are known; likewise what holds tests, which is dropped if it ends well.
 */
public final class Runner implements TestExecutionListener {
    private static final Pattern REQUIREMENT = Pattern.compile("(?<![A-Za-z0-9])R[1-9][0-9]?(?![A-Za-z0-9])");

    private final OutputStream report;
    private final Map<String, String> open = new HashMap<>();
    private int count;
    private TestPlan plan;
    private boolean failed;

    private Runner(OutputStream report) {
        this.report = report;
    }

    public static void main(String[] arguments) throws IOException {
        if (arguments[0].equals("--version")) {
            String junit = Launcher.class.getModule().getDescriptor().rawVersion().orElse("");
            System.out.println("java " + System.getProperty("java.version") + ", junit " + junit);
            return;
        }
        int code = 1;
        try {
            code = run(Path.of(arguments[0]), arguments[1], List.of(arguments).subList(2, arguments.length));
        } catch (Throwable error) {
            error.printStackTrace();
        }
        System.out.flush();
        System.err.flush();
        Runtime.getRuntime().halt(code); // threads that tests left behind must not keep us
    }

    private static int run(Path classes, String report, List<String> tests) throws IOException {
        List<DiscoverySelector> selectors = new ArrayList<>();
        if (!compile(classes, tests, selectors)) {
            return 1;
        }
        // As Maven has it: assertions are on.
        ClassLoader.getSystemClassLoader().setDefaultAssertionStatus(true);
        LauncherConfig configuration = LauncherConfig.builder()
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .build();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request().selectors(selectors).build();
        try (OutputStream out = new FileOutputStream(report)) {
            Runner runner = new Runner(out);
            LauncherFactory.create(configuration).execute(request, runner);
            return runner.failed ? 1 : 0;
        }
    }

    /** Compiles everything; gathers the classes of the test files. */
    private static boolean compile(Path classes, List<String> tests, List<DiscoverySelector> selectors)
            throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        StandardJavaFileManager files = compiler.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
        // The packages of a human variant are in it too.
        String path = System.getProperty("java.class.path");
        List<String> options = List.of("-d", classes.toString(), "-cp", path, "-proc:none", "-implicit:none", "-g");
        List<Path> paths = tests.stream().map(test -> Path.of(test).toAbsolutePath()).toList();
        JavacTask task = (JavacTask) compiler.getTask(
                new PrintWriter(System.err, true), files, null, options, null, files.getJavaFileObjectsFromPaths(sources()));
        task.addTaskListener(new TaskListener() {
            @Override
            public void finished(TaskEvent event) {
                if (event.getKind() != TaskEvent.Kind.PARSE) {
                    return;
                }
                CompilationUnitTree unit = event.getCompilationUnit();
                if (paths.contains(files.asPath(unit.getSourceFile()))) {
                    String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
                    for (Tree type : unit.getTypeDecls()) {
                        if (type instanceof ClassTree named) {
                            selectors.add(DiscoverySelectors.selectClass(prefix + named.getSimpleName()));
                        }
                    }
                }
            }
        });
        return task.call();
    }

    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(Path.of(""), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.endsWith("testdata") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                // Everything is in the unnamed module.
                if (file.toString().endsWith(".java") && !file.endsWith("module-info.java")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        found.sort(null);
        return found;
    }

    @Override
    public void testPlanExecutionStarted(TestPlan testPlan) {
        plan = testPlan;
        for (TestIdentifier root : plan.getRoots()) {
            plan(root);
            plan.getDescendants(root).forEach(this::plan);
        }
    }

    @Override
    public void dynamicTestRegistered(TestIdentifier test) {
        plan(test);
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        skip(test);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        switch (result.getStatus()) {
            case SUCCESSFUL -> end(test.isTest() ? "passed" : "dropped", test);
            case ABORTED -> skip(test);
            case FAILED -> {
                failed = true;
                end("failed", test);
                result.getThrowable().ifPresent(error -> tell(test, error));
            }
        }
    }

    /** Whether it is a test, or a method that makes some. */
    private static boolean isReported(TestIdentifier test) {
        return test.isTest() || test.getSource().orElse(null) instanceof MethodSource;
    }

    private void skip(TestIdentifier test) {
        end(isReported(test) ? "skipped" : "dropped", test);
        for (TestIdentifier child : plan.getChildren(test)) {
            if (open.containsKey(child.getUniqueId())) {
                skip(child);
            }
        }
    }

    private synchronized void plan(TestIdentifier test) {
        String rest = "\t" + count++ + "\t" + name(test).replaceAll("\\p{Cntrl}", " ") + "\n";
        open.put(test.getUniqueId(), rest);
        write((isReported(test) ? "planned" : "holding") + rest);
    }

    private synchronized void end(String status, TestIdentifier test) {
        write(status + open.remove(test.getUniqueId()));
    }

    private void write(String line) {
        try {
            report.write(line.getBytes(StandardCharsets.UTF_8));
        } catch (IOException error) {
            throw new IllegalStateException(error);
        }
    }

    /** A class and a test in it, "Outer > Inner > test"; the cases of a test with parameters are in brackets at the end. */
    private String name(TestIdentifier test) {
        StringBuilder names = new StringBuilder();
        StringBuilder cases = new StringBuilder();
        for (TestIdentifier each = test; each != null; each = plan.getParent(each).orElse(null)) {
            UniqueId.Segment segment = each.getUniqueIdObject().getLastSegment();
            if (segment.getType().endsWith("-template-invocation")) {
                Matcher parts = Pattern.compile("\\[(\\d+)\\] (.*)", Pattern.DOTALL).matcher(each.getDisplayName());
                String label = parts.matches() ? parts.group(1) + ": " + parts.group(2) : each.getDisplayName();
                cases.insert(0, label + (cases.length() > 0 ? ", " : ""));
            } else if (each.getParentId().isPresent() || each == test) {
                names.insert(0, label(each) + (names.length() > 0 ? " > " : ""));
            }
        }
        return cases.length() > 0 ? names + "[" + cases + "]" : names.toString();
    }

    private static String label(TestIdentifier test) {
        String display = test.getDisplayName();
        if (test.getSource().orElse(null) instanceof MethodSource source) {
            String method = source.getMethodName();
            if (display.startsWith(method + "(")) {
                return method;
            }
            boolean isInMethodOnly = REQUIREMENT.matcher(method).find() && !REQUIREMENT.matcher(display).find();
            boolean isOfMethod = !test.getUniqueIdObject().getLastSegment().getType().startsWith("dynamic-");
            return isInMethodOnly && isOfMethod ? method + ": " + display : display;
        }
        return display;
    }

    private void tell(TestIdentifier test, Throwable error) {
        System.err.println(name(test) + ": " + error);
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frame.getModuleName() == null) { // not of Java or JUnit
                System.err.println("    at " + frame);
            }
        }
    }
}
