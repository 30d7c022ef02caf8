package indexedheap;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A priority queue of keys, the least priority first, equal ones in the order of their pushes. The priority of a key can be
 * changed, and a key removed, wherever it stands. Not safe for use by several threads.
 *
 * <p>A null key or NaN in push or change is an IllegalArgumentException.
 */
public final class IndexedHeap<K> {
    private static final int LEAST_CAPACITY = 16;

    /** A key with its priority. */
    public record Entry<K>(K key, double priority) {}

    private static final class Node<K> {
        final K key;
        final long number;
        double priority;
        int position;

        Node(K key, double priority, long number) {
            this.key = key;
            this.priority = priority;
            this.number = number;
        }

        boolean comesBefore(Node<K> other) {
            // Not Double.compare, for which negative zero is less than zero.
            return priority < other.priority || (priority == other.priority && number < other.number);
        }

        Entry<K> entry() {
            return new Entry<>(key, priority);
        }
    }

    private Map<K, Node<K>> nodes = new HashMap<>();
    private Node<K>[] heap = newHeap(LEAST_CAPACITY);
    private int size;
    private long pushes;

    public IndexedHeap() {}

    /**
     * Adds a key.
     *
     * @throws DuplicateKeyException if it is in the queue
     */
    public void push(K key, double priority) {
        check(key, priority);
        if (nodes.containsKey(key)) {
            throw new DuplicateKeyException(key);
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        Node<K> node = new Node<>(key, priority, pushes++);
        nodes.put(key, node);
        size++;
        rise(node, size - 1);
    }

    /** The first key, if there is one. */
    public Optional<Entry<K>> peek() {
        return size == 0 ? Optional.empty() : Optional.of(heap[0].entry());
    }

    /** Removes the first key, if there is one. */
    public Optional<Entry<K>> pop() {
        Optional<Entry<K>> first = peek();
        first.ifPresent(entry -> remove(entry.key()));
        return first;
    }

    /**
     * Gives a key another priority.
     *
     * @throws UnknownKeyException if it is not in the queue
     */
    public void change(K key, double priority) {
        check(key, priority);
        Node<K> node = nodes.get(key);
        if (node == null) {
            throw new UnknownKeyException(key);
        }
        node.priority = priority;
        settle(node, node.position);
    }

    /** Removes a key; whether it was in the queue. */
    public boolean remove(K key) {
        Node<K> removed = nodes.remove(key);
        if (removed == null) {
            return false;
        }
        size--;
        Node<K> last = heap[size];
        heap[size] = null;
        if (last != removed) {
            settle(last, removed.position);
        }
        if (heap.length > LEAST_CAPACITY && heap.length > 4 * size) {
            heap = Arrays.copyOf(heap, Math.max(LEAST_CAPACITY, 2 * size));
        }
        return true;
    }

    /** The priority of a key, if it is in the queue. */
    public OptionalDouble priority(K key) {
        Node<K> node = nodes.get(key);
        return node == null ? OptionalDouble.empty() : OptionalDouble.of(node.priority);
    }

    public boolean contains(K key) {
        return nodes.containsKey(key);
    }

    public int size() {
        return size;
    }

    /** The number of places reserved for keys, used or not. */
    public int capacity() {
        return heap.length;
    }

    public void clear() {
        nodes = new HashMap<>();
        heap = newHeap(LEAST_CAPACITY);
        size = 0;
    }

    private static void check(Object key, double priority) {
        if (key == null) {
            throw new IllegalArgumentException("key is null");
        }
        if (Double.isNaN(priority)) {
            throw new IllegalArgumentException("priority is NaN");
        }
    }

    @SuppressWarnings("unchecked")
    private static <K> Node<K>[] newHeap(int capacity) {
        return (Node<K>[]) new Node<?>[capacity];
    }

    /** Puts a node where it belongs, from a free place on. */
    private void settle(Node<K> node, int place) {
        if (place > 0 && node.comesBefore(heap[(place - 1) / 2])) {
            rise(node, place);
        } else {
            sink(node, place);
        }
    }

    private void rise(Node<K> node, int place) {
        while (place > 0 && node.comesBefore(heap[(place - 1) / 2])) {
            set(place, heap[(place - 1) / 2]);
            place = (place - 1) / 2;
        }
        set(place, node);
    }

    private void sink(Node<K> node, int place) {
        while (2 * place + 1 < size) {
            int child = 2 * place + 1;
            if (child + 1 < size && heap[child + 1].comesBefore(heap[child])) {
                child++;
            }
            if (!heap[child].comesBefore(node)) {
                break;
            }
            set(place, heap[child]);
            place = child;
        }
        set(place, node);
    }

    private void set(int place, Node<K> node) {
        heap[place] = node;
        node.position = place;
    }
}
