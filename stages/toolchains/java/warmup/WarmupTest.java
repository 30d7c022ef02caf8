package warmup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class WarmupTest {
    private Warmup warmup;

    @BeforeEach
    void setUp() {
        warmup = new Warmup();
    }

    @Test
    void counts_R1() {
        Map<String, Integer> counts = warmup.count(List.of("b", "a", "b"));
        assertEquals(2, counts.get("b"));
        assertEquals(List.of(new Warmup.Pair<>("a", 1), new Warmup.Pair<>("b", 2)), Warmup.sorted(counts));
    }

    @Test
    @DisplayName("R2: refused")
    void refused() {
        var error = assertThrows(Warmup.Refused.class, () -> Warmup.join(new int[0]));
        assertTrue(error.getMessage().contains("0"));
        assertEquals("a, b1large", Warmup.join(new int[] {1, 10}));
    }

    @Test
    void fails() {
        assertEquals("1", Warmup.first(List.of()).orElse("2"), "message");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 4"})
    void areas(double side, double area) {
        assertEquals(area, Warmup.square(side).area(), 1e-9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "b"})
    void strings(String text) {
        assertEquals(1, text.length());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void methods(String text, int length) {
        assertEquals(length, text.length());
    }

    static Stream<Arguments> cases() {
        return Stream.of(Arguments.of("a", 1), Arguments.of("", 0));
    }

    @Nested
    class Inner {
        @Test
        void nested() {
            assertEquals(0, warmup.count(List.of()).size());
        }
    }
}
