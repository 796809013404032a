using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;

namespace UpgradeLink.Conformance
{
    /// <summary>A case: what is remembered of its lines, and what its last call gave.</summary>
    internal sealed class Case
    {
        private static readonly string[] Remembered =
            { "config", "query", "option", "link", "patch", "event", "argument" };

        private static readonly string[] Arguments = { "timeout_ms", "until_unix_ms", "interval_ms", "feature" };

        private readonly List list;
        private readonly string work;
        private readonly List<string[]> lines = new List<string[]>();
        private readonly StringBuilder log = new StringBuilder();
        private readonly Dictionary<string, string> came = new Dictionary<string, string>();

        internal Case(List list, int number, string title)
        {
            this.list = list;
            Title = title;
            work = Path.Combine(list.Work, number.ToString());
            if (Directory.Exists(work))
                Directory.Delete(work, true);
            Directory.CreateDirectory(work);
            list.Admin("DELETE", "faults");
            list.Admin("DELETE", "requests");
        }

        internal string Title { get; }

        internal void Obey(string line)
        {
            string word, rest, field, value;
            Split(line, out word, out rest);
            Split(rest, out field, out value);
            if (word == "fault")
                list.Admin("POST", "faults", "[" + rest + "]");
            else if (word == "file")
                File.Copy(Path.Combine(list.Data, value), Path.Combine(work, field));
            else if (word == "text")
                File.WriteAllText(Path.Combine(work, field), Value(value), new UTF8Encoding(false));
            else if (word == "argument" && !Arguments.Contains(field))
                throw new Wrong("unknown argument: " + field);
            else if (Remembered.Contains(word))
                lines.Add(new[] { word, field, Value(value) });
            else if (word == "call" || word == "start" || word == "cancel" || word == "stop")
                Do(word, rest);
            else if (word == "expect")
                Expect(field, Value(value));
            else
                throw new Wrong("unknown line: " + line);
        }

        /// <summary>The fields that the list sets with a word, in their order.</summary>
        internal IEnumerable<KeyValuePair<string, string>> Fields(string word)
        {
            return lines.Where(line => line[0] == word).Select(line => new KeyValuePair<string, string>(line[1], line[2]));
        }

        /// <summary>The last value of a field.</summary>
        internal string Field(string word, string field, string otherwise)
        {
            return Fields(word).Where(pair => pair.Key == field).Select(pair => pair.Value).LastOrDefault() ?? otherwise;
        }

        internal string Argument(string field)
        {
            var value = Field("argument", field, null);
            if (value == null)
                throw new Wrong("the argument " + field + " is missing");
            return value;
        }

        internal string Endpoint
        {
            get { return list.Endpoint; }
        }

        internal string Work
        {
            get { return work; }
        }

        internal void Log(LogLevel level, string line)
        {
            lock (log)
                log.Append(line).Append('\n');
        }

        /// <summary>Keeps something that the call gave.</summary>
        internal void Gave(string field, object value)
        {
            came[field] = Names.Text(value);
        }

        private void Do(string how, string verb)
        {
            came.Clear();
            Gave("status", Status.Ok);
            try
            {
                new Calls(this, how).Do(verb);
            }
            catch (UpgradeLinkException failure)
            {
                Failed(failure);
            }
            catch (OperationCanceledException cancelled) when (how == "cancel" || how == "stop")
            {
                Gave("status", Status.Cancelled);
                var failure = cancelled.InnerException as UpgradeLinkException;
                if (failure != null)
                    Failed(failure);
            }
        }

        private void Failed(UpgradeLinkException failure)
        {
            Gave("status", failure.Status);
            Gave("error.stage", failure.Stage);
            Gave("error.http_status", failure.HttpStatus);
            Gave("error.service_code", failure.ServiceCode);
            Gave("error.trace_id", failure.TraceId);
            Gave("error.docs", failure.Docs);
            Gave("error.os_error", failure.OSError);
            Gave("error.retryable", failure.IsRetryable);
            Gave("error.retry_after_ms", failure.RetryAfter.TotalMilliseconds);
            Gave("error.message", failure.Message);
        }

        private void Expect(string field, string value)
        {
            Func<string, bool> right = found => found == value;
            var name = field;
            if (field.EndsWith("_contains"))
            {
                name = field.Substring(0, field.Length - "_contains".Length);
                right = found => found.Contains(value);
            }
            else if (field.EndsWith("_lacks"))
            {
                name = field.Substring(0, field.Length - "_lacks".Length);
                right = found => !found.Contains(value);
            }
            var there = Found(name);
            string said;
            came.TryGetValue("error.message", out said);
            if (there == null)
                throw new Wrong("expected " + field + " " + value + ", but there is none; " + came["status"] + " " + said);
            if (!right(there))
                throw new Wrong("expected " + field + " " + value + ", came " + there + "; " + said);
        }

        private string Found(string field)
        {
            if (field == "log")
                lock (log)
                    return log.ToString();
            if (field == "sent")
                return list.Admin("GET", "requests");
            if (field == "sent.count")
                return Regex.Matches(list.Admin("GET", "requests"), "\"connection\":").Count.ToString();
            if (field.StartsWith("file:"))
            {
                var file = new FileInfo(Path.Combine(work, field.Substring("file:".Length)));
                return Names.Text(file.Exists ? file.Length : (object)null);
            }
            string value;
            came.TryGetValue(field, out value);
            return value;
        }

        private string Value(string text)
        {
            var plain = Regex.Replace(text, @"\\(.)", found =>
            {
                switch (found.Groups[1].Value)
                {
                    case "n": return "\n";
                    case "r": return "\r";
                    case "t": return "\t";
                    default: return found.Groups[1].Value;
                }
            });
            return plain.Replace("{endpoint}", list.Endpoint).Replace("{host}", list.Endpoint.Replace("http://", ""))
                .Replace("{work}", work).Replace("{data}", list.Data);
        }

        private static void Split(string line, out string first, out string rest)
        {
            var space = line.IndexOf(' ');
            first = space < 0 ? line : line.Substring(0, space);
            rest = space < 0 ? "" : line.Substring(space + 1);
        }
    }
}
