using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    public static class FetchTests
    {
        private const string NewMd5 = "0a25b5b5f000d7f24c03258b43963819";

        public static void A_patched_file_is_what_was_promised()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var reached = new List<UpgradeProgress>();
                var options = new FetchOptions(folder.Path)
                {
                    BaseFile = Setting.DataFile("files", "mixed", "old"),
                    FileName = "app.apk",
                };
                var artifact = client.Fetch(client.Check(Setting.Filed()), options, new Told(reached.Add));

                Expect.Equal(null, artifact.PatchFailure);
                Expect.Equal(folder.File("app.apk"), artifact.Path);
                Expect.Equal(5908L, artifact.Size);
                Expect.Equal(NewMd5, artifact.Md5);
                Expect.Equal(64, artifact.Sha256.Length);
                Expect.Equal(Origin.Patched, artifact.Origin);
                Expect.Equal(Checks.Size | Checks.Md5, artifact.Checked);
                Expect.Equal(309L, artifact.NetworkBytes);
                Expect.True(
                    File.ReadAllBytes(artifact.Path).SequenceEqual(
                        File.ReadAllBytes(Setting.DataFile("files", "mixed", "new"))),
                    "the file is the new one");
                Expect.Equal(5908L, reached.Last().Done);
                Expect.Equal(5908L, reached.Last().Total);
            }
        }

        public static async Task A_file_is_fetched_in_the_background_and_found_the_second_time()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var strategy = await client.CheckAsync(Setting.Filed());
                var options = new FetchOptions(folder.Path) { RequireHash = true };
                Expect.Equal(Origin.Downloaded, (await Expect.Soon(client.FetchAsync(strategy, options))).Origin);
                Expect.Equal(Origin.Present, (await Expect.Soon(client.FetchAsync(strategy, options))).Origin);
            }
        }

        public static void A_patch_that_does_not_fit_gives_way_to_the_full_file()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var wrong = Setting.DataFile("files", "mixed", "new");
                var artifact = client.Fetch(
                    client.Check(Setting.Filed()), new FetchOptions(folder.Path) { BaseFile = wrong });
                Expect.Equal(Origin.Downloaded, artifact.Origin);
                Expect.True(artifact.PatchFailure != null, "the patch's failure is told");
            }
        }

        public static void Folders_and_files_may_have_any_name()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder("-\u00fcn\u00ef \u4e8c\ud83d\ude00"))
            {
                var deep = folder.Path;
                while (deep.Length < 300)
                    deep = Path.Combine(deep, "a-folder-with-quite-a-long-name");
                var old = folder.File("\u65e7.apk");
                File.Copy(Setting.DataFile("files", "mixed", "old"), old);
                var options = new FetchOptions(deep) { FileName = "\u00dc\ud83d\ude00.apk", BaseFile = old };
                var artifact = client.Fetch(client.Check(Setting.Filed()), options);

                Expect.Equal(Origin.Patched, artifact.Origin);
                Expect.Equal(Path.Combine(deep, "\u00dc\ud83d\ude00.apk"), artifact.Path);
                // A second call finds the file under that very name.
                Expect.Equal(Origin.Present, client.Fetch(client.Check(Setting.Filed()), options).Origin);
            }
        }

        public static void A_link_is_fetched_with_what_the_application_knows_of_it()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var link = Setting.Endpoint + "/files/files/mixed/new";
                var artifact = client.FetchLink(link, 5908, NewMd5, new FetchOptions(folder.Path));
                Expect.Equal("new", Path.GetFileName(artifact.Path));
                Expect.Equal(Checks.Size | Checks.Md5, artifact.Checked);

                var options = new FetchOptions(folder.Path) { FileName = "other", Sha256 = new string('0', 64) };
                var failure = Expect.Throws<UpgradeLinkException>(() => client.FetchLink(link, null, null, options));
                Expect.Equal(Status.Verify, failure.Status);
                Expect.Equal(false, File.Exists(folder.File("other")));
            }
        }

        public static void A_file_that_is_too_large_is_refused()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var options = new FetchOptions(folder.Path)
                {
                    MaxSize = 1000,
                    StallTimeout = TimeSpan.FromSeconds(5),
                    LockWait = TimeSpan.Zero,
                    MaxBytesPerSecond = 1000000,
                };
                var failure = Expect.Throws<UpgradeLinkException>(
                    () => client.FetchLink(Setting.Endpoint + "/files/files/mixed/new", null, null, options));
                Expect.Equal(Status.Verify, failure.Status);
            }
        }

        public static void A_downgrade_needs_to_be_allowed()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                Setting.Admin("POST", "faults", Offer(2));
                var offered = client.Check(new Query(Kind.File, "downgrade", 3));
                var options = new FetchOptions(folder.Path) { FileName = "file" };
                Expect.Equal(
                    Status.Downgrade, Expect.Throws<UpgradeLinkException>(() => client.Fetch(offered, options)).Status);
                options.AllowDowngrade = true;
                Expect.Equal(5908L, client.Fetch(offered, options).Size);
            }
        }

        public static void Cancelling_a_blocking_fetch_ends_it_and_keeps_its_part()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            using (var source = new CancellationTokenSource())
            {
                var progress = new Told(reached =>
                {
                    if (reached.Done > 0)
                        source.Cancel();
                });
                var cancelled = Expect.Throws<OperationCanceledException>(() => client.FetchLink(
                    Setting.SlowLink, null, null, new FetchOptions(folder.Path), progress, source.Token));
                Expect.Equal(source.Token, cancelled.CancellationToken);
                Expect.Equal(true, File.Exists(folder.File("slow.bin.part")));
                Expect.Equal(false, File.Exists(folder.File("slow.bin")));
            }
        }

        public static async Task Cancelling_a_fetch_in_the_background_ends_it()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            using (var source = new CancellationTokenSource())
            {
                var options = new FetchOptions(folder.Path) { KeepPartial = false };
                var progress = new Told(reached => source.Cancel());
                await Expect.Throws<OperationCanceledException>(
                    client.FetchLinkAsync(Setting.SlowLink, null, null, options, progress, source.Token));
                Expect.Soon(() => !File.Exists(folder.File("slow.bin.part")), "the part goes");
            }
        }

        public static void An_exception_in_the_progress_of_a_blocking_fetch_comes_out_of_it()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var thrown = new InvalidOperationException("of my own");
                var caught = Expect.Throws<InvalidOperationException>(() => client.FetchLink(
                    Setting.SlowLink, null, null, new FetchOptions(folder.Path), new Told(_ => { throw thrown; })));
                Expect.True(ReferenceEquals(thrown, caught), "it is the very one");
                Expect.Equal(false, File.Exists(folder.File("slow.bin")));
            }
        }

        public static async Task An_exception_in_the_progress_of_a_fetch_in_the_background_comes_out_of_its_task()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            {
                var thrown = new InvalidOperationException("of my own");
                var caught = await Expect.Throws<InvalidOperationException>(client.FetchLinkAsync(
                    Setting.SlowLink, null, null, new FetchOptions(folder.Path), new Told(_ => { throw thrown; })));
                Expect.True(ReferenceEquals(thrown, caught), "it is the very one");
            }
        }

        public static async Task Two_fetches_of_one_file_do_not_meet()
        {
            using (var client = Setting.Client())
            using (var folder = new Folder())
            using (var source = new CancellationTokenSource())
            using (var begun = new ManualResetEventSlim())
            {
                var options = new FetchOptions(folder.Path);
                // Before its first byte another may still take the file's place.
                var told = new Told(reached => { if (reached.Done > 0) begun.Set(); });
                var first = client.FetchLinkAsync(Setting.SlowLink, null, null, options, told, source.Token);
                Expect.True(begun.Wait(TimeSpan.FromSeconds(30)), "the first one begins");
                var failure = await Expect.Throws<UpgradeLinkException>(
                    client.FetchLinkAsync(Setting.SlowLink, null, null, options));
                Expect.Equal(Status.Busy, failure.Status);
                source.Cancel();
                await Expect.Throws<OperationCanceledException>(first);
            }
        }

        // The service itself never offers a downgrade.
        private static string Offer(int version)
        {
            var body = "{\\\"code\\\": 200, \\\"msg\\\": \\\"\\\", \\\"data\\\": {\\\"fileKey\\\": \\\"downgrade\\\", "
                + "\\\"versionName\\\": \\\"old\\\", \\\"versionCode\\\": " + version
                + ", \\\"urlPath\\\": \\\"" + Setting.Endpoint + "/files/files/mixed/new\\\", \\\"upgradeType\\\": 1}}";
            return "[{\"on\": \"/v1/file/upgrade\", \"times\": 1, \"status\": 200, "
                + "\"content_type\": \"application/json\", \"body\": \"" + body + "\"}]";
        }
    }
}
