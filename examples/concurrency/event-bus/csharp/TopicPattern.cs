using System;
using System.Linq;
using System.Text.RegularExpressions;

namespace Messaging
{
    /// <summary>A pattern that topics, given as their segments, match or not.</summary>
    internal sealed class TopicPattern
    {
        private static readonly Regex Topic = new Regex(@"^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\z");
        private static readonly Regex Pattern = new Regex(@"^(([A-Za-z0-9_-]+|\*)\.)*([A-Za-z0-9_-]+|\*\*?)\z");

        private readonly string text;
        private readonly string[] segments;
        private readonly bool isOpen;

        /// <exception cref="ArgumentException">the text is no pattern</exception>
        internal TopicPattern(string text)
        {
            this.text = Require(Pattern, text, "pattern");
            string[] parts = text.Split('.');
            isOpen = parts.Last() == "**";
            segments = isOpen ? parts.Take(parts.Length - 1).ToArray() : parts;
        }

        public override string ToString()
        {
            return text;
        }

        /// <exception cref="ArgumentException">the text is no topic</exception>
        internal static string[] SegmentsOfTopic(string topic)
        {
            return Require(Topic, topic, "topic").Split('.');
        }

        internal bool Matches(string[] topic)
        {
            return (isOpen ? topic.Length >= segments.Length : topic.Length == segments.Length)
                && segments.Zip(topic, (wanted, segment) => wanted == "*" || wanted == segment).All(same => same);
        }

        private static string Require(Regex form, string text, string name)
        {
            return form.IsMatch(text) ? text : throw new ArgumentException($"invalid {name}: \"{text}\"", name);
        }
    }
}
