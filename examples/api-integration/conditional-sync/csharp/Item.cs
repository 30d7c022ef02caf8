namespace ConditionalSync
{
    /// <summary>An item of the collection.</summary>
    public sealed class Item
    {
        public Item(string id, string name)
        {
            Id = id;
            Name = name;
        }

        public string Id { get; }

        public string Name { get; }
    }
}
