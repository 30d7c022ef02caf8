using System;
using System.Collections.Generic;

namespace LineServer
{
    /// <summary>The keys with their values, and the requests on them. Strings hold bytes, as characters of the same number.</summary>
    internal sealed class Store
    {
        private const string Ok = "OK";
        private const string None = "NONE";
        private const string WrongArguments = "ERR wrong arguments";

        private readonly Dictionary<string, string> values = new Dictionary<string, string>(StringComparer.Ordinal);

        /// <summary>Executes the request in a line and returns the reply, both without line end.</summary>
        public string Execute(string line)
        {
            var space = line.IndexOf(' ');
            var command = space < 0 ? line : line.Substring(0, space);
            var arguments = space < 0 ? null : line.Substring(space + 1);
            switch (command)
            {
                case "SET":
                    return Put(arguments, true);
                case "ADD":
                    return Put(arguments, false);
                case "GET":
                    return IsKey(arguments) ? Get(arguments) : WrongArguments;
                case "DEL":
                    return IsKey(arguments) ? Delete(arguments) : WrongArguments;
                case "COUNT":
                    return arguments == null ? $"COUNT {values.Count}" : WrongArguments;
                default:
                    return "ERR unknown command";
            }
        }

        private string Put(string arguments, bool isReplacing)
        {
            var space = arguments == null ? -1 : arguments.IndexOf(' ');
            if (space < 1)
            {
                return WrongArguments;
            }
            var key = arguments.Substring(0, space);
            if (!isReplacing && values.ContainsKey(key))
            {
                return "EXISTS";
            }
            values[key] = arguments.Substring(space + 1);
            return Ok;
        }

        private string Get(string key)
        {
            return values.TryGetValue(key, out var value) ? "VALUE " + value : None;
        }

        private string Delete(string key)
        {
            return values.Remove(key) ? Ok : None;
        }

        private static bool IsKey(string arguments)
        {
            return !string.IsNullOrEmpty(arguments) && arguments.IndexOf(' ') < 0;
        }
    }
}
