namespace Messaging
{
    /// <summary>What a listener is called with.</summary>
    public sealed class Event
    {
        internal Event(string topic, object payload)
        {
            Topic = topic;
            Payload = payload;
        }

        public string Topic { get; }

        public object Payload { get; }
    }
}
