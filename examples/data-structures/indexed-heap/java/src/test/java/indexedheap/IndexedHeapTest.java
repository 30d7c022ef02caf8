package indexedheap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import indexedheap.IndexedHeap.Entry;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexedHeapTest {
    private final IndexedHeap<String> heap = new IndexedHeap<>();

    private static <K> Optional<Entry<K>> entry(K key, double priority) {
        return Optional.of(new Entry<>(key, priority));
    }

    private void push(String keys, double priority) {
        for (String key : keys.split("")) {
            heap.push(key, priority);
        }
    }

    /** All keys in the order in which they are popped. */
    private String drain() {
        StringBuilder keys = new StringBuilder();
        for (Optional<Entry<String>> first = heap.pop(); first.isPresent(); first = heap.pop()) {
            keys.append(first.get().key());
        }
        assertEquals(0, heap.size());
        return keys.toString();
    }

    @Test
    @DisplayName("R1: keys come from the least priority to the greatest")
    void leastFirst() {
        heap.push("c", 3);
        heap.push("a", -1.5);
        heap.push("d", 1e300);
        heap.push("b", 0.25);
        assertEquals(entry("a", -1.5), heap.peek());
        assertEquals(entry("a", -1.5), heap.pop());
        heap.push("e", 0);
        assertEquals("ebcd", drain());
    }

    @Test
    @DisplayName("R1: peek changes nothing, and size, contains and priority agree")
    void queriesAgree() {
        heap.push("b", 2);
        heap.push("a", 1);
        assertEquals(entry("a", 1), heap.peek());
        assertEquals(entry("a", 1), heap.peek());
        assertEquals(2, heap.size());
        assertTrue(heap.contains("a"));
        assertEquals(OptionalDouble.of(2), heap.priority("b"));
        heap.pop();
        assertEquals(1, heap.size());
        assertFalse(heap.contains("a"));
        assertEquals(OptionalDouble.empty(), heap.priority("a"));
        assertEquals(entry("b", 2), heap.peek());
    }

    @Test
    @DisplayName("R1: the key given back is the one that was pushed")
    void givesThePushedKey() {
        String key = new String("key");
        heap.push(key, 1);
        heap.change(new String("key"), 2);
        assertSame(key, heap.pop().orElseThrow().key());
    }

    private record Model(int key, double priority, int number) {}

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    @DisplayName("R1 R2 R3 R7: agrees with a sorted list through 3,000 random operations")
    void agreesWithSortedList(int seed) {
        Random random = new Random(seed);
        IndexedHeap<Integer> tested = new IndexedHeap<>();
        List<Model> expected = new ArrayList<>();
        Comparator<Model> order = Comparator.comparingDouble(Model::priority).thenComparingInt(Model::number);
        for (int step = 0; step < 3000; step++) {
            int key = random.nextInt(60);
            double priority = 1 + random.nextInt(8);
            Optional<Model> known = expected.stream().filter(one -> one.key == key).findFirst();
            int kind = random.nextInt(5);
            if (kind == 0) {
                assertEquals(known.isPresent(), tested.remove(key));
                known.ifPresent(expected::remove);
            } else if (kind == 1) {
                Optional<Model> first = expected.stream().min(order);
                assertEquals(first.map(one -> new Entry<>(one.key, one.priority)), tested.pop());
                first.ifPresent(expected::remove);
            } else if (known.isPresent()) {
                tested.change(key, priority);
                expected.set(expected.indexOf(known.get()), new Model(key, priority, known.get().number));
            } else {
                tested.push(key, priority);
                expected.add(new Model(key, priority, step));
            }
            Optional<Model> first = expected.stream().min(order);
            assertEquals(first.map(one -> new Entry<>(one.key, one.priority)), tested.peek());
            assertEquals(expected.size(), tested.size());
            assertTrue(tested.capacity() >= tested.size());
            assertTrue(tested.capacity() <= Math.max(16, 4 * tested.size()));
        }
    }

    @Test
    @DisplayName("R2: equal priorities come in the order of their pushes")
    void equalPriorities() {
        push("hgfedcba", 1);
        assertEquals(entry("h", 1), heap.pop());
        assertTrue(heap.remove("e"));
        push("z", 1);
        assertEquals("gfdcbaz", drain());
    }

    @Test
    @DisplayName("R2: a change keeps the place among equals, another push gives the last one")
    void placeAmongEquals() {
        push("abcd", 1);
        heap.change("a", 5);
        heap.change("c", 0);
        heap.change("c", 1);
        heap.change("a", 1);
        heap.remove("b");
        heap.push("b", 1);
        assertEquals("acdb", drain());
    }

    @Test
    @DisplayName("R3: changes to lower, higher and equal priorities")
    void changes() {
        for (int i = 0; i < 26; i++) {
            heap.push(Character.toString('a' + i), i);
        }
        heap.change("z", -1);
        heap.change("a", 100);
        heap.change("m", 12);
        heap.change("d", 12);
        assertEquals(OptionalDouble.of(100), heap.priority("a"));
        assertEquals(entry("z", -1), heap.peek());
        assertEquals("zbcefghijkldmnopqrstuvwxya", drain());
    }

    @Test
    @DisplayName("R3: removal of the first, the last and any other key")
    void removals() {
        // Removing 'h' moves the last key to another branch, where it has to rise.
        int[] priorities = {1, 10, 2, 11, 12, 3, 4, 13, 14, 15, 16, 5};
        for (int i = 0; i < priorities.length; i++) {
            heap.push(Character.toString('a' + i), priorities[i]);
        }
        assertTrue(heap.remove("h"));
        assertTrue(heap.remove("a"));
        assertTrue(heap.remove("l"));
        assertTrue(heap.remove("k"));
        assertFalse(heap.remove("k"));
        assertFalse(heap.remove("unknown"));
        assertFalse(heap.remove(null));
        assertEquals("cfgbdeij", drain());
    }

    @Test
    @DisplayName("R4: an empty queue gives nothing and takes keys")
    void emptyQueue() {
        for (int round = 0; round < 3; round++) {
            assertEquals(Optional.empty(), heap.peek());
            assertEquals(Optional.empty(), heap.pop());
            assertFalse(heap.remove("a"));
            assertEquals(0, heap.size());
            push("ab", 1);
            assertEquals(entry("a", 1), heap.pop());
            if (round == 1) {
                heap.clear();
            } else {
                assertEquals(entry("b", 1), heap.pop());
            }
            assertFalse(heap.contains("b"));
        }
    }

    @Test
    @DisplayName("R4: after clear the order of pushes begins anew")
    void clear() {
        push("abc", 1);
        heap.clear();
        assertEquals(OptionalDouble.empty(), heap.priority("a"));
        push("cba", 1);
        assertEquals("cba", drain());
    }

    @Test
    @DisplayName("R5: negative zero and zero tie, infinities are the ends")
    void zerosAndInfinities() {
        heap.push("a", 0.0);
        heap.push("b", -0.0);
        heap.push("c", Double.POSITIVE_INFINITY);
        heap.push("d", Double.NEGATIVE_INFINITY);
        heap.push("e", Double.MAX_VALUE);
        heap.push("f", -Double.MAX_VALUE);
        heap.push("g", Double.POSITIVE_INFINITY);
        heap.push("h", Double.NEGATIVE_INFINITY);
        heap.push("i", 0.0);
        assertEquals("dhfabiecg", drain());
    }

    @Test
    @DisplayName("R5: a change from zero to negative zero moves nothing")
    void changeOfZero() {
        push("ab", 0.0);
        heap.change("b", -0.0);
        assertEquals("ab", drain());
    }

    @Test
    @DisplayName("R6: NaN and null keys come before other errors")
    void invalidArguments() {
        heap.push("a", 1);
        assertThrows(IllegalArgumentException.class, () -> heap.push("b", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> heap.push("a", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> heap.change("a", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> heap.change("b", Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> heap.push(null, 1));
        assertThrows(IllegalArgumentException.class, () -> heap.change(null, 1));
        assertFalse(heap.contains(null));
        assertEquals(OptionalDouble.empty(), heap.priority(null));
        assertEquals(1, heap.size());
        assertEquals("a", drain());
    }

    @Test
    @DisplayName("R6: duplicate and unknown keys change nothing")
    void duplicateAndUnknownKeys() {
        push("abc", 2);
        assertThrows(DuplicateKeyException.class, () -> heap.push("b", 1));
        assertThrows(DuplicateKeyException.class, () -> heap.push("b", 2));
        assertThrows(UnknownKeyException.class, () -> heap.change("d", 1));
        assertEquals(OptionalDouble.of(2), heap.priority("b"));
        heap.push("d", 2);
        assertEquals("abcd", drain());
        assertThrows(UnknownKeyException.class, () -> heap.change("a", 1));
    }

    @Test
    @DisplayName("R7: capacity follows the size up and down")
    void capacity() {
        IndexedHeap<Integer> tested = new IndexedHeap<>();
        assertTrue(tested.capacity() <= 16);
        for (int i = 0; i < 5000; i++) {
            tested.push(i, -i);
            assertTrue(tested.capacity() >= tested.size() && tested.capacity() <= Math.max(16, 4 * tested.size()));
        }
        for (int i = 0; i < 5000; i++) {
            assertTrue(i % 2 == 0 ? tested.pop().isPresent() : tested.remove(i / 2));
            assertTrue(tested.capacity() >= tested.size() && tested.capacity() <= Math.max(16, 4 * tested.size()));
        }
        for (int i = 0; i < 100; i++) {
            tested.push(i, i);
        }
        tested.clear();
        assertTrue(tested.capacity() <= 16);
    }

    @Test
    @DisplayName("R7: keys that left the queue are not referred to any more")
    void keysAreLetGo() throws InterruptedException {
        IndexedHeap<Object> tested = new IndexedHeap<>();
        List<WeakReference<Object>> references = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Object key = new Object();
            references.add(new WeakReference<>(key));
            tested.push(key, i);
        }
        tested.pop();
        tested.remove(references.get(3).get());
        tested.remove(references.get(1).get());
        for (int tries = 0; tries < 100 && references.get(3).get() != null; tries++) {
            System.gc();
            Thread.sleep(1);
        }
        assertNull(references.get(0).get());
        assertNull(references.get(1).get());
        assertNull(references.get(3).get());
        assertEquals(1, tested.size());
    }

    /** Comparisons can't be counted from outside, so time has to tell n log n from n squared. */
    private static void assertQuick(IntToDoubleFunction priority) {
        int count = 100_000;
        long began = System.nanoTime();
        IndexedHeap<Integer> tested = new IndexedHeap<>();
        for (int i = 0; i < count; i++) {
            tested.push(i, priority.applyAsDouble(i));
        }
        for (int i = 0; i < count; i++) {
            tested.change(i, -priority.applyAsDouble(i));
        }
        for (int i = 0; i < count; i += 2) {
            tested.remove(i);
        }
        while (tested.pop().isPresent()) {
            assertTrue(tested.size() < count);
        }
        assertTrue(System.nanoTime() - began < 2_000_000_000L);
    }

    @Test
    @DisplayName("R8: 100,000 keys with equal, ascending and descending priorities")
    void quick() {
        assertQuick(i -> 1);
        assertQuick(i -> i);
        assertQuick(i -> -i);
    }
}
