using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Coalescing
{
    /// <summary>
    /// Concurrent calls for the same key share one execution of their work. Safe for use by several threads.
    /// </summary>
    public sealed class SingleFlight<TKey, TValue>
    {
        private readonly object gate = new object();
        private readonly Dictionary<TKey, Execution> executions = new Dictionary<TKey, Execution>();

        /// <summary>The innermost execution whose work the current asynchronous flow began in.</summary>
        private readonly AsyncLocal<Execution> current = new AsyncLocal<Execution>();

        private sealed class Execution
        {
            /// <summary>What awaits it must not run in the owner's thread, which may have more to do.</summary>
            public readonly TaskCompletionSource<TValue> Completion =
                new TaskCompletionSource<TValue>(TaskCreationOptions.RunContinuationsAsynchronously);

            public readonly Execution Parent;
            public int Waiters;

            public Execution(Execution parent)
            {
                Parent = parent;
            }

            public bool IsWithin(Execution other)
            {
                return this == other || (Parent != null && Parent.IsWithin(other));
            }
        }

        /// <summary>The number of keys with an execution in progress.</summary>
        public int InProgress
        {
            get
            {
                lock (gate)
                {
                    return executions.Count;
                }
            }
        }

        /// <summary>The number of callers that wait for the execution of the key; 0 if there is none.</summary>
        public int Waiting(TKey key)
        {
            lock (gate)
            {
                return executions.TryGetValue(key, out Execution present) ? present.Waiters : 0;
            }
        }

        /// <summary>
        /// Calls the work, at once and in this thread, or awaits what is in progress for the key. What the work throws goes
        /// to each caller, the same object.
        /// </summary>
        /// <exception cref="ReentrantCallException">called from within the work in progress for the key</exception>
        /// <exception cref="AbandonedException">the thread that did the work was aborted</exception>
        public async Task<Outcome<TValue>> RunAsync(TKey key, Func<Task<TValue>> work)
        {
            Execution execution;
            bool shared;
            lock (gate)
            {
                shared = executions.TryGetValue(key, out execution);
                if (!shared)
                {
                    execution = new Execution(current.Value);
                    executions.Add(key, execution);
                }
                else if (current.Value != null && current.Value.IsWithin(execution))
                {
                    throw new ReentrantCallException(key);
                }
                else
                {
                    execution.Waiters++;
                }
            }
            if (!shared)
            {
                await ExecuteAsync(key, execution, work).ConfigureAwait(false);
            }
            return new Outcome<TValue>(await execution.Completion.Task.ConfigureAwait(false), shared);
        }

        private async Task ExecuteAsync(TKey key, Execution own, Func<Task<TValue>> work)
        {
            current.Value = own;
            try
            {
                TValue value = await work().ConfigureAwait(false);
                Free(key);
                own.Completion.SetResult(value);
            }
            catch (Exception e)
            {
                Free(key);
                own.Completion.SetException(e is ThreadAbortException ? new AbandonedException(key) : e);
            }
        }

        private void Free(TKey key)
        {
            lock (gate)
            {
                executions.Remove(key);
            }
        }
    }
}
