namespace SessionizeEvents
{
    /// <summary>A click of a user on a page. <see cref="Sessionizer.Add"/> checks it.</summary>
    public sealed class ClickEvent
    {
        public ClickEvent(string user, long timestampMs, string page)
        {
            User = user;
            TimestampMs = timestampMs;
            Page = page;
        }

        public string User { get; }

        public long TimestampMs { get; }

        public string Page { get; }
    }
}
