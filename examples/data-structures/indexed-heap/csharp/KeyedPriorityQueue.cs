using System;
using System.Collections.Generic;

namespace IndexedHeap
{
    /// <summary>
    /// A priority queue of keys, the least priority first, equal ones in the order of their pushes. The priority of a key
    /// can be changed, and a key removed, wherever it stands. Not safe for use by several threads.
    /// </summary>
    public sealed class KeyedPriorityQueue<TKey>
    {
        private const int LeastCapacity = 16;

        private Dictionary<TKey, Node> nodes = new Dictionary<TKey, Node>();
        private Node[] heap = new Node[LeastCapacity];
        private long pushes;

        private sealed class Node
        {
            public TKey Key;
            public double Priority;
            public long Number;
            public int Place;

            public bool ComesBefore(Node other)
            {
                return Priority < other.Priority || (Priority == other.Priority && Number < other.Number);
            }
        }

        public int Count { get; private set; }

        /// <summary>The number of places reserved for keys, used or not.</summary>
        public int Capacity => heap.Length;

        /// <summary>Adds a key.</summary>
        /// <exception cref="ArgumentException">the key is null or the priority is NaN</exception>
        /// <exception cref="DuplicateKeyException">the key is in the queue</exception>
        public void Push(TKey key, double priority)
        {
            Check(priority);
            if (nodes.ContainsKey(key))
            {
                throw new DuplicateKeyException(key);
            }
            if (Count == heap.Length)
            {
                Array.Resize(ref heap, 2 * Count);
            }
            var node = new Node { Key = key, Priority = priority, Number = pushes++ };
            nodes.Add(key, node);
            Count++;
            Rise(node, Count - 1);
        }

        /// <summary>Gives the first key; false if there is none.</summary>
        public bool TryPeek(out TKey key, out double priority)
        {
            key = Count == 0 ? default(TKey) : heap[0].Key;
            priority = Count == 0 ? 0 : heap[0].Priority;
            return Count > 0;
        }

        /// <summary>Gives the first key and removes it; false if there is none.</summary>
        public bool TryPop(out TKey key, out double priority)
        {
            return TryPeek(out key, out priority) && Remove(key);
        }

        /// <summary>Gives a key another priority.</summary>
        /// <exception cref="ArgumentException">the key is null or the priority is NaN</exception>
        /// <exception cref="UnknownKeyException">the key is not in the queue</exception>
        public void Change(TKey key, double priority)
        {
            Check(priority);
            if (!nodes.TryGetValue(key, out Node node))
            {
                throw new UnknownKeyException(key);
            }
            node.Priority = priority;
            Settle(node, node.Place);
        }

        /// <summary>Removes a key; whether it was in the queue.</summary>
        public bool Remove(TKey key)
        {
            if (key == null || !nodes.TryGetValue(key, out Node removed))
            {
                return false;
            }
            nodes.Remove(key);
            Count--;
            Node last = heap[Count];
            heap[Count] = null;
            if (last != removed)
            {
                Settle(last, removed.Place);
            }
            if (heap.Length > LeastCapacity && heap.Length > 4 * Count)
            {
                Array.Resize(ref heap, Math.Max(LeastCapacity, 2 * Count));
            }
            return true;
        }

        /// <summary>Gives the priority of a key; false if it is not in the queue.</summary>
        public bool TryGetPriority(TKey key, out double priority)
        {
            Node node = null;
            bool found = key != null && nodes.TryGetValue(key, out node);
            priority = found ? node.Priority : 0;
            return found;
        }

        public bool Contains(TKey key)
        {
            return key != null && nodes.ContainsKey(key);
        }

        public void Clear()
        {
            nodes = new Dictionary<TKey, Node>();
            heap = new Node[LeastCapacity];
            Count = 0;
        }

        /// <summary>A key that is null is refused by the dictionary.</summary>
        private static void Check(double priority)
        {
            if (double.IsNaN(priority))
            {
                throw new ArgumentException("priority is NaN", nameof(priority));
            }
        }

        /// <summary>Puts a node where it belongs, from a free place on.</summary>
        private void Settle(Node node, int place)
        {
            if (place > 0 && node.ComesBefore(heap[(place - 1) / 2]))
            {
                Rise(node, place);
            }
            else
            {
                Sink(node, place);
            }
        }

        private void Rise(Node node, int place)
        {
            while (place > 0 && node.ComesBefore(heap[(place - 1) / 2]))
            {
                Set(place, heap[(place - 1) / 2]);
                place = (place - 1) / 2;
            }
            Set(place, node);
        }

        private void Sink(Node node, int place)
        {
            while (2 * place + 1 < Count)
            {
                int child = 2 * place + 1;
                if (child + 1 < Count && heap[child + 1].ComesBefore(heap[child]))
                {
                    child++;
                }
                if (!heap[child].ComesBefore(node))
                {
                    break;
                }
                Set(place, heap[child]);
                place = child;
            }
            Set(place, node);
        }

        private void Set(int place, Node node)
        {
            heap[place] = node;
            node.Place = place;
        }
    }
}
