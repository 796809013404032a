// Asks whether version 1 of an application is still the newest; the argument is the server's address.
using System;
using UpgradeLink;

internal static class Minimal
{
    private static void Main(string[] arguments)
    {
        var configuration = new Configuration("mui2W50H1j-OC4xD6PgQag", "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc");
        if (arguments.Length > 0)
        {
            configuration.Endpoint = arguments[0];
            configuration.AllowHttp = true; // for a local server only
        }
        using (var client = new UpgradeLinkClient(configuration))
        {
            var strategy = client.Check(new Query(Kind.Url, "SkEgKQ4SyLmzazl31fJnAw", 1));
            Console.WriteLine(strategy.IsAvailable
                ? strategy.VersionName + " is out: " + strategy.Url
                : "already the newest");
        }
    }
}
