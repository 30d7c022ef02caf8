using System.Collections.Generic;

namespace DependencyOrder
{
    /// <summary>A build target and the names of the targets it depends on; the names are copied.</summary>
    public sealed class Target
    {
        public Target(string name, params string[] dependencies)
        {
            Name = name;
            Dependencies = System.Array.AsReadOnly((string[])dependencies.Clone());
        }

        public string Name { get; }

        public IReadOnlyList<string> Dependencies { get; }
    }
}
