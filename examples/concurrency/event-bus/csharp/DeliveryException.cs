using System;
using System.Collections.Generic;
using System.Linq;

namespace Messaging
{
    /// <summary>Listeners have failed; the inner exceptions are what they threw.</summary>
    public sealed class DeliveryException : AggregateException
    {
        internal DeliveryException(IReadOnlyList<Failure> failures)
            : base($"{failures.Count} listener call(s) failed", failures.Select(failure => failure.Error))
        {
            Failures = failures;
        }

        /// <summary>In the order in which they happened.</summary>
        public IReadOnlyList<Failure> Failures { get; }
    }
}
