using System;
using System.IO;
using System.Linq;
using System.Text;

namespace UpgradeLink.Conformance
{
    /// <summary>Runs the conformance list: Runner.exe ENDPOINT CASES_FILE WORK_FOLDER</summary>
    internal static class Runner
    {
        private static int Main(string[] arguments)
        {
            var list = new List(arguments[0], Path.GetFullPath(arguments[1]), Path.GetFullPath(arguments[2]));
            int passed = 0, failed = 0, number = 0;
            Case current = null;
            Exception wrong = null;
            Action end = () =>
            {
                if (current == null)
                    return;
                if (wrong == null)
                    passed++;
                else
                {
                    failed++;
                    Console.WriteLine("FAILED: " + current.Title + "\n  " + (wrong is Wrong ? wrong.Message : wrong.ToString()));
                }
            };
            foreach (var line in File.ReadAllLines(arguments[1]).Where(line => line != "" && line[0] != '#'))
            {
                try
                {
                    if (line.StartsWith("case "))
                    {
                        end();
                        wrong = null;
                        current = new Case(list, ++number, line.Substring(5));
                    }
                    else if (wrong == null)
                        current.Obey(line);
                }
                catch (Exception exception)
                {
                    wrong = exception;
                }
            }
            end();
            Console.WriteLine("csharp: " + passed + " passed, " + failed + " failed");
            return failed == 0 && passed > 0 ? 0 : 1;
        }
    }

    /// <summary>A case is not as it should be.</summary>
    internal sealed class Wrong : Exception
    {
        internal Wrong(string message) : base(message) { }
    }

    /// <summary>What all cases share.</summary>
    internal sealed class List
    {
        internal readonly string Endpoint;
        internal readonly string Data;
        internal readonly string Work;

        internal List(string endpoint, string cases, string work)
        {
            Endpoint = endpoint;
            Data = Path.Combine(Path.GetDirectoryName(cases), "data");
            Work = work;
        }

        /// <summary>Asks the dev server's admin interface.</summary>
        internal string Admin(string method, string what, string body = "")
        {
            var server = new Uri(Endpoint);
            using (var connection = new System.Net.Sockets.TcpClient(server.Host, server.Port))
            using (var stream = connection.GetStream())
            {
                var content = Encoding.UTF8.GetBytes(body);
                var head = Encoding.ASCII.GetBytes(
                    method + " /_dev/" + what + " HTTP/1.1\r\nHost: " + server.Authority
                    + "\r\nConnection: close\r\nContent-Length: " + content.Length + "\r\n\r\n");
                stream.Write(head, 0, head.Length);
                stream.Write(content, 0, content.Length);
                var reply = new StreamReader(stream, new UTF8Encoding(false)).ReadToEnd();
                if (!reply.StartsWith("HTTP/1.1 20"))
                    throw new Wrong(method + " " + what + ": " + reply);
                return reply.Substring(reply.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4);
            }
        }
    }
}
