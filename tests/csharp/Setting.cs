using System;
using System.IO;
using System.Net.Sockets;
using System.Text;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    /// <summary>The dev server of tests/csharp/catalogue.toml, and what most tests begin with.</summary>
    internal static class Setting
    {
        internal static readonly string Endpoint = Environment.GetEnvironmentVariable("UPGRADELINK_ENDPOINT");

        /// <summary>The folder tests/data/hdiff.</summary>
        internal static string Data;

        internal static Configuration Configuration()
        {
            return new Configuration("access", "secret") { Endpoint = Endpoint, AllowHttp = true, Proxy = "" };
        }

        internal static UpgradeLinkClient Client()
        {
            return new UpgradeLinkClient(Configuration());
        }

        internal static Query Whole()
        {
            return new Query(Kind.Apk, "whole", 1) { PatchAlgo = PatchAlgo.HDiffPatch };
        }

        internal static Query Bare(long versionCode = 1)
        {
            return new Query(Kind.Url, "bare", versionCode);
        }

        /// <summary>Its answer takes a minute.</summary>
        internal static Query Slow()
        {
            return new Query(Kind.Lnx, "slow", 1) { Arch = "x64" };
        }

        /// <summary>Its file is tests/data/hdiff/files/mixed/new, with a patch from old.</summary>
        internal static Query Filed()
        {
            return new Query(Kind.Apk, "filed", 1) { PatchAlgo = PatchAlgo.HDiffPatch };
        }

        /// <summary>A link to 10 MB, of which 100 kB come each second.</summary>
        internal static string SlowLink
        {
            get { return Endpoint + "/files/slow.bin"; }
        }

        internal static string DataFile(params string[] parts)
        {
            return Path.Combine(Data, Path.Combine(parts));
        }

        /// <summary>Asks the server's admin interface.</summary>
        internal static string Admin(string method, string path, string body = "")
        {
            var server = new Uri(Endpoint);
            using (var connection = new TcpClient(server.Host, server.Port))
            using (var stream = connection.GetStream())
            {
                var content = Encoding.UTF8.GetBytes(body);
                var head = Encoding.ASCII.GetBytes(
                    method + " /_dev/" + path + " HTTP/1.1\r\nHost: " + server.Authority
                    + "\r\nConnection: close\r\nContent-Length: " + content.Length + "\r\n\r\n");
                stream.Write(head, 0, head.Length);
                stream.Write(content, 0, content.Length);
                var answer = new StreamReader(stream, Encoding.UTF8).ReadToEnd();
                Expect.Contains(" 20", answer.Substring(0, 13));
                return answer;
            }
        }
    }

    /// <summary>A folder that is there for one test.</summary>
    internal sealed class Folder : IDisposable
    {
        internal Folder(string name = "")
        {
            Path = System.IO.Path.Combine(System.IO.Path.GetTempPath(), "upgradelink-" + Guid.NewGuid() + name);
            Directory.CreateDirectory(Path);
        }

        internal string Path { get; }

        internal string File(string name)
        {
            return System.IO.Path.Combine(Path, name);
        }

        /// <summary>A thread of the library that is just ending may still put something in.</summary>
        public void Dispose()
        {
            for (var tries = 0; ; tries++)
            {
                try
                {
                    Directory.Delete(Path, true);
                    return;
                }
                catch (IOException) when (tries < 50)
                {
                    System.Threading.Thread.Sleep(20);
                }
            }
        }
    }

    /// <summary>Does something with each report, on the thread that makes it.</summary>
    internal sealed class Told : IProgress<UpgradeProgress>
    {
        private readonly Action<UpgradeProgress> act;

        internal Told(Action<UpgradeProgress> act)
        {
            this.act = act;
        }

        public void Report(UpgradeProgress value)
        {
            act(value);
        }
    }
}
