using System;
using System.Collections.Generic;
using System.Linq;

namespace Messaging
{
    /// <summary>
    /// Delivers published events to the listeners whose patterns match their topics; for use within one thread.
    /// </summary>
    public sealed class EventBus
    {
        private const int MaxPriority = 1000;
        private const int MaxCascadeLimit = 1000000;

        // In the order of subscribing.
        private readonly LinkedList<Subscription> subscriptions = new LinkedList<Subscription>();
        private readonly Queue<Event> queue = new Queue<Event>();
        private readonly int cascadeLimit;
        // The number of events of the current cascade, delivered ones too; 0 outside of listeners.
        private int cascadeSize;

        /// <param name="cascadeLimit">the greatest number of events of one outermost publishing</param>
        /// <exception cref="ArgumentOutOfRangeException">the limit is not from 1 to 1,000,000</exception>
        public EventBus(int cascadeLimit = 1000)
        {
            RequireRange(nameof(cascadeLimit), cascadeLimit, 1, MaxCascadeLimit);
            this.cascadeLimit = cascadeLimit;
        }

        /// <summary>The number of subscriptions in force.</summary>
        public int SubscriptionCount => subscriptions.Count;

        /// <summary>Has the listener called with each event whose topic matches, or with the first one only.</summary>
        /// <param name="priority">from -1000 to 1000; greater ones are called first</param>
        /// <exception cref="ArgumentException">the pattern or the priority is invalid</exception>
        public Subscription Subscribe(string pattern, Action<Event> listener, int priority = 0, bool once = false)
        {
            var parsed = new TopicPattern(pattern);
            RequireRange(nameof(priority), priority, -MaxPriority, MaxPriority);
            var subscription = new Subscription(parsed, listener, priority, once);
            LinkedListNode<Subscription> node = subscriptions.AddLast(subscription);
            subscription.Ended += ended => subscriptions.Remove(node);
            return subscription;
        }

        /// <summary>
        /// Delivers an event and those that its listeners publish; within a listener, queues the event instead.
        /// </summary>
        /// <exception cref="ArgumentException">the topic is invalid</exception>
        /// <exception cref="CascadeLimitException">within a listener: the cascade is at its limit</exception>
        /// <exception cref="DeliveryException">outside of listeners, after all is delivered: any has thrown</exception>
        public void Publish(string topic, object payload = null)
        {
            TopicPattern.SegmentsOfTopic(topic);
            if (cascadeSize == cascadeLimit)
            {
                throw new CascadeLimitException(cascadeLimit);
            }
            queue.Enqueue(new Event(topic, payload));
            cascadeSize++;
            if (cascadeSize == 1)
            {
                DeliverQueued();
            }
        }

        private void DeliverQueued()
        {
            var failures = new List<Failure>();
            while (queue.Count > 0)
            {
                Deliver(queue.Dequeue(), failures);
            }
            cascadeSize = 0;
            if (failures.Count > 0)
            {
                throw new DeliveryException(failures.AsReadOnly());
            }
        }

        private void Deliver(Event next, List<Failure> failures)
        {
            string[] topic = TopicPattern.SegmentsOfTopic(next.Topic);
            List<Subscription> receivers = subscriptions
                .Where(subscription => subscription.Pattern.Matches(topic))
                .OrderByDescending(subscription => subscription.Priority)
                .ToList();
            foreach (Subscription subscription in receivers.Where(subscription => subscription.InForce))
            {
                try
                {
                    subscription.Receive(next);
                }
                catch (Exception error)
                {
                    failures.Add(new Failure(next.Topic, subscription.Pattern.ToString(), error));
                }
            }
        }

        private static void RequireRange(string name, int value, int least, int greatest)
        {
            if (value < least || value > greatest)
            {
                throw new ArgumentOutOfRangeException(name, value, $"must be from {least} to {greatest}");
            }
        }
    }
}
