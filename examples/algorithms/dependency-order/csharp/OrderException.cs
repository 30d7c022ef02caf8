using System;
using System.Collections.Generic;

namespace DependencyOrder
{
    /// <summary>The targets have no build order.</summary>
    public abstract class OrderException : Exception
    {
        internal OrderException(string message) : base(message)
        {
        }
    }

    /// <summary>A name is declared twice.</summary>
    public sealed class DuplicateTargetException : OrderException
    {
        internal DuplicateTargetException(string name) : base($"target '{name}' is declared twice")
        {
            Name = name;
        }

        public string Name { get; }
    }

    /// <summary>A target depends on a name that is declared nowhere.</summary>
    public sealed class UnknownTargetException : OrderException
    {
        internal UnknownTargetException(string target, string dependency)
            : base($"target '{target}' depends on the unknown target '{dependency}'")
        {
            Target = target;
            Dependency = dependency;
        }

        public string Target { get; }

        public string Dependency { get; }
    }

    /// <summary>Targets depend on each other.</summary>
    public sealed class CycleException : OrderException
    {
        internal CycleException(string[] path) : base($"dependency cycle: {string.Join(" -> ", path)}")
        {
            Path = Array.AsReadOnly(path);
        }

        /// <summary>The names of the cycle, the first one again at the end.</summary>
        public IReadOnlyList<string> Path { get; }
    }
}
