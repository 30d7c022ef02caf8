package dependencyorder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class DependencyOrderTest {
    static final List<String> DISTINCT = List.of(
            "App", "app", "1", "01", "1.0", "a", "a ", " a", "", "__proto__", "constructor", "\u00e9", "e\u0301", "a\0");
    static final List<List<String>> ORDERS = List.of(
            List.of("b", "c", "d"), List.of("b", "d", "c"), List.of("c", "b", "d"),
            List.of("c", "d", "b"), List.of("d", "b", "c"), List.of("d", "c", "b"));
    private static final int LONG = 10_000;

    private static Target target(String name, String... dependencies) {
        return new Target(name, List.of(dependencies));
    }

    private static List<String> order(Target... targets) {
        return DependencyOrder.buildOrder(List.of(targets));
    }

    private static List<String> cycle(Target... targets) {
        return assertThrows(CycleException.class, () -> order(targets)).path();
    }

    private static void assertMessage(String names, Target... targets) {
        String message = assertThrows(OrderException.class, () -> order(targets)).getMessage();
        assertTrue(Pattern.compile(names).matcher(message).find(), message);
    }

    private static String duplicate(Target... targets) {
        return assertThrows(DuplicateTargetException.class, () -> order(targets)).name();
    }

    private static List<String> unknown(Target... targets) {
        UnknownTargetException error = assertThrows(UnknownTargetException.class, () -> order(targets));
        return List.of(error.target(), error.dependency());
    }

    @Test
    @DisplayName("R1: dependencies come first wherever they are declared")
    void dependenciesComeFirst() {
        assertEquals(
                List.of("core", "net", "http", "log", "app"),
                order(target("app", "http", "log"), target("core"), target("http", "net", "core"),
                        target("net", "core"), target("log", "core")));
        assertEquals(
                List.of("a", "b", "c", "d"), order(target("d", "c"), target("b", "a"), target("c", "b"), target("a")));
    }

    @Test
    @DisplayName("R1: the input is not changed")
    void inputIsNotChanged() {
        List<String> dependencies = new ArrayList<>(List.of("c", "b", "c"));
        Target first = new Target("a", dependencies);
        List<Target> targets = new ArrayList<>(List.of(first, target("b"), target("c", "b")));
        assertEquals(List.of("b", "c", "a"), DependencyOrder.buildOrder(targets));
        assertEquals(List.of("c", "b", "c"), dependencies);
        assertEquals(List.of(first, target("b"), target("c", "b")), targets);
        assertEquals(List.of("b", "c", "a"), DependencyOrder.buildOrder(Collections.unmodifiableList(targets)));
    }

    @Test
    @DisplayName("R2: of the ready targets the one declared first comes next")
    void declaredFirstComesNext() {
        assertEquals(List.of("y", "z", "x", "w"), order(target("x", "z"), target("y"), target("z"), target("w")));
        assertEquals(
                List.of("base", "z", "a", "m"),
                order(target("z", "base"), target("a", "base"), target("m", "base"), target("base")));
        assertEquals(
                List.of("third", "first", "second", "fourth"),
                order(target("first", "third"), target("second", "first"), target("third"), target("fourth")));
    }

    @Test
    @DisplayName("R2: independent targets keep their order")
    void independentTargetsKeepTheirOrder() {
        assertEquals(List.of("c", "a", "d", "b"), order(target("c"), target("a"), target("d"), target("b")));
    }

    @Test
    @DisplayName("R2: declaration counts, not the moment of becoming ready")
    void momentOfBecomingReadyDoesNotCount() {
        Stream<Target> steps = IntStream.range(0, 100).mapToObj(i -> target("step" + i));
        Stream<Target> later = IntStream.range(0, 100).mapToObj(i -> target("later" + i, "step" + 37 * i % 100));
        List<Target> targets = Stream.concat(steps, later).toList();
        assertEquals(targets.stream().map(Target::name).toList(), DependencyOrder.buildOrder(targets));
    }

    @Test
    @DisplayName("R3: no targets give an empty result")
    void noTargets() {
        assertEquals(List.of(), order());
    }

    @Test
    @DisplayName("R3: a repeated dependency counts once")
    void repeatedDependency() {
        assertEquals(List.of("b", "a", "c"), order(target("a", "b", "b"), target("b"), target("c")));
        assertEquals(List.of("b", "c", "a"), order(target("a", "b", "b", "c"), target("b"), target("c")));
        assertEquals(List.of("c", "b", "a"), order(target("a", "b", "c", "b"), target("c"), target("b")));
    }

    @ParameterizedTest
    @FieldSource("ORDERS")
    @DisplayName("R3: the order of dependencies has no influence")
    void orderOfDependencies(List<String> dependencies) {
        assertEquals(
                List.of("c", "b", "d", "a"),
                order(new Target("a", dependencies), target("c"), target("b"), target("d", "c")));
    }

    @Test
    @DisplayName("R4: similar names are different targets")
    void similarNamesDiffer() {
        assertEquals(DISTINCT, order(DISTINCT.stream().map(name -> target(name)).toArray(Target[]::new)));
        for (String name : DISTINCT) {
            List<Target> targets = new ArrayList<>(List.of(target("needs it", name)));
            DISTINCT.stream().filter(other -> !other.equals(name)).forEach(other -> targets.add(target(other)));
            targets.add(target(name));
            List<String> result = DependencyOrder.buildOrder(targets);
            assertEquals(List.of(name, "needs it"), result.subList(DISTINCT.size() - 1, DISTINCT.size() + 1));
        }
    }

    @ParameterizedTest
    @CsvSource({"App,app", "01,1", "1,01", "'a ',a", "a,'a '", "a,''", "a,__proto__"})
    @DisplayName("R4 R6: a similar name is unknown")
    void similarNameIsUnknown(String declared, String dependency) {
        assertEquals(List.of(declared, dependency), unknown(target(declared, dependency)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "01", "__proto__", "constructor", "a "})
    @DisplayName("R4: errors hold names as they were given")
    void errorsHoldNames(String name) {
        assertEquals(name, duplicate(target(name), target(name)));
        assertEquals(List.of(name, "missing"), unknown(target(name, "missing")));
        assertEquals(List.of("b", name, "b"), cycle(target("b", name), target(name, "b")));
    }

    @Test
    @DisplayName("R5 R6 R7: the message shows the names")
    void messageShowsNames() {
        assertMessage("app", target("app"), target("app"));
        assertMessage("app.*log", target("app", "log"));
        assertMessage("app.*log.*app", target("app", "log"), target("log", "app"));
    }

    @Test
    @DisplayName("R5: the first declaration that repeats an earlier one is reported")
    void duplicateName() {
        assertEquals("a", duplicate(target("a"), target("b", "a"), target("a", "b")));
        assertEquals("b", duplicate(target("a"), target("b"), target("b"), target("a")));
        assertEquals("c", duplicate(target("c"), target("a"), target("c"), target("a")));
    }

    @Test
    @DisplayName("R5: a duplicate comes before other errors")
    void duplicateComesFirst() {
        assertEquals("z", duplicate(target("x", "missing"), target("y", "y"), target("z"), target("z")));
    }

    @Test
    @DisplayName("R6: the first unknown dependency of the first target that has one is reported")
    void unknownDependency() {
        assertEquals(List.of("b", "missing"), unknown(target("a"), target("b", "a", "missing")));
        assertEquals(List.of("m", "zeta"), unknown(target("ok"), target("m", "ok", "zeta", "alpha"), target("b", "beta")));
        assertEquals(List.of("a", "zeta"), unknown(target("a", "b", "zeta"), target("b", "alpha")));
    }

    @Test
    @DisplayName("R6: an unknown dependency comes before a cycle")
    void unknownComesBeforeCycle() {
        assertEquals(
                List.of("d", "missing"),
                unknown(target("a", "b"), target("b", "a"), target("c", "c"), target("d", "missing")));
        assertEquals(List.of("a", "missing"), unknown(target("a", "a", "missing")));
    }

    @Test
    @DisplayName("R7: the path of a cycle")
    void pathOfCycle() {
        assertEquals(List.of("a", "c", "b", "a"), cycle(target("a", "c"), target("b", "a"), target("c", "b")));
        assertEquals(List.of("a", "a"), cycle(target("a", "a")));
        assertEquals(List.of("b", "b"), cycle(target("free"), target("b", "free", "b")));
    }

    @Test
    @DisplayName("R7: what only leads to a cycle or is needed by it is left out")
    void onlyTheCycle() {
        assertEquals(
                List.of("a", "b", "a"),
                cycle(target("user", "proxy"), target("proxy", "b"), target("a", "b"), target("b", "a")));
        assertEquals(List.of("a", "b", "a"), cycle(target("a", "free", "b"), target("free"), target("b", "free", "a")));
    }

    @Test
    @DisplayName("R7: the path begins with the target declared first, not where the cycle was entered")
    void beginsWithDeclaredFirst() {
        assertEquals(
                List.of("z", "x", "y", "z"),
                cycle(target("start", "y"), target("z", "x"), target("x", "y"), target("y", "z")));
    }

    @Test
    @DisplayName("R7: the first blocked dependency is followed")
    void firstBlockedDependency() {
        assertEquals(
                List.of("a", "c", "a"), cycle(target("a", "free", "c", "b"), target("b", "a"), target("c", "a"), target("free")));
        assertEquals(
                List.of("c", "d", "c"),
                cycle(target("a", "bridge", "a"), target("bridge", "d"), target("c", "d"), target("d", "c")));
        assertEquals(List.of("b", "b"), cycle(target("a", "b"), target("b", "b", "a")));
    }

    @Test
    @DisplayName("R5 R6 R7: all errors are order errors")
    void allErrorsAreOrderErrors() {
        assertThrows(OrderException.class, () -> order(target("a"), target("a")));
        assertThrows(OrderException.class, () -> order(target("a", "missing")));
        assertThrows(OrderException.class, () -> order(target("a", "a")));
    }

    private static List<Target> chain(IntUnaryOperator dependency) {
        return IntStream.range(0, LONG)
                .mapToObj(i -> {
                    int other = dependency.applyAsInt(i);
                    return other < 0 || other >= LONG ? target("" + i) : target("" + i, "" + other);
                })
                .toList();
    }

    private static List<String> numbers(IntUnaryOperator number) {
        return IntStream.range(0, LONG).map(number).mapToObj(String::valueOf).toList();
    }

    @Test
    @DisplayName("R8: a chain of 10,000 targets")
    void longChain() {
        assertTimeout(Duration.ofSeconds(2), () -> {
            assertEquals(numbers(i -> LONG - 1 - i), DependencyOrder.buildOrder(chain(i -> i + 1)));
        });
        assertTimeout(Duration.ofSeconds(2), () -> {
            assertEquals(numbers(i -> i), DependencyOrder.buildOrder(chain(i -> i - 1)));
        });
    }

    @Test
    @DisplayName("R8: a cycle through 10,000 targets")
    void longCycle() {
        assertTimeout(Duration.ofSeconds(2), () -> {
            List<Target> targets = chain(i -> (i + LONG - 1) % LONG);
            CycleException error = assertThrows(CycleException.class, () -> DependencyOrder.buildOrder(targets));
            List<String> expected = new ArrayList<>(numbers(i -> (LONG - i) % LONG));
            expected.add("0");
            assertEquals(expected, error.path());
        });
    }
}
