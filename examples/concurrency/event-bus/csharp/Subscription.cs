using System;

namespace Messaging
{
    /// <summary>A listener's place on a bus.</summary>
    public sealed class Subscription : IDisposable
    {
        private readonly bool once;
        private readonly Action<Event> listener;

        internal Subscription(TopicPattern pattern, Action<Event> listener, int priority, bool once)
        {
            Pattern = pattern;
            Priority = priority;
            this.listener = listener;
            this.once = once;
        }

        internal event Action<Subscription> Ended;

        internal TopicPattern Pattern { get; }

        internal int Priority { get; }

        internal bool InForce { get; private set; } = true;

        /// <summary>Ends the subscription; returns whether it was still in force.</summary>
        public bool Cancel()
        {
            if (!InForce)
            {
                return false;
            }
            InForce = false;
            Ended?.Invoke(this);
            return true;
        }

        /// <summary>Ends the subscription if it is still in force.</summary>
        public void Dispose()
        {
            Cancel();
        }

        internal void Receive(Event received)
        {
            if (once)
            {
                Cancel();
            }
            listener(received);
        }
    }
}
