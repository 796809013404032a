using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink.Tests
{
    public static class PatchTests
    {
        private static readonly string Old = Setting.DataFile("files", "mixed", "old");
        private static readonly string Diff = Setting.DataFile("patches", "mixed", "h13-zstd.hdiff");

        public static void A_patch_is_applied_from_file_to_file()
        {
            using (var folder = new Folder())
            {
                var options = new PatchOptions
                {
                    ExpectedSize = 5908,
                    ExpectedMd5 = "0a25b5b5f000d7f24c03258b43963819",
                    MaxWindow = 64 << 20,
                };
                var last = default(UpgradeProgress);
                Patch.Apply(Old, Diff, folder.File("new"), options, new Told(reached => last = reached));
                Expect.Equal(5908L, new FileInfo(folder.File("new")).Length);
                Expect.Equal(Phase.Patch, last.Phase);
                Expect.Equal(5908L, last.Done);
            }
        }

        public static async Task A_patch_is_applied_in_the_background()
        {
            using (var folder = new Folder())
            {
                await Expect.Soon(Patch.ApplyAsync(Old, Diff, folder.File("new")));
                Expect.Equal(5908L, new FileInfo(folder.File("new")).Length);
            }
        }

        public static async Task A_result_that_is_not_as_expected_leaves_no_file()
        {
            using (var folder = new Folder())
            {
                var options = new PatchOptions { ExpectedMd5 = new string('0', 32) };
                var failure = Expect.Throws<UpgradeLinkException>(
                    () => Patch.Apply(Old, Diff, folder.File("new"), options));
                Expect.Equal(Status.Verify, failure.Status);
                failure = await Expect.Throws<UpgradeLinkException>(
                    Patch.ApplyAsync(Old, Diff, folder.File("new"), options));
                Expect.Equal(Status.Verify, failure.Status);
                Expect.Equal(false, File.Exists(folder.File("new")));
            }
        }

        public static async Task A_patch_with_a_cancelled_token_is_not_begun()
        {
            using (var folder = new Folder())
            {
                var cancelled = new CancellationToken(true);
                Expect.Throws<OperationCanceledException>(
                    () => Patch.Apply(Old, Diff, folder.File("new"), null, null, cancelled));
                await Expect.Throws<OperationCanceledException>(
                    Patch.ApplyAsync(Old, Diff, folder.File("new"), null, null, cancelled));
                Expect.Equal(false, File.Exists(folder.File("new")));
            }
        }

        public static async Task An_exception_in_the_progress_of_a_patch_comes_out_of_it()
        {
            using (var folder = new Folder())
            {
                var progress = new Told(_ => { throw new InvalidOperationException("of my own"); });
                Expect.Throws<InvalidOperationException>(
                    () => Patch.Apply(Old, Diff, folder.File("new"), null, progress));
                await Expect.Throws<InvalidOperationException>(
                    Patch.ApplyAsync(Old, Diff, folder.File("new"), null, progress));
            }
        }

        public static void An_inspection_tells_what_the_header_says()
        {
            var info = Patch.Inspect(Diff);
            Expect.Equal("HDIFF13", info.Container);
            Expect.Equal("zstd", info.Compressor);
            Expect.Equal(5586L, info.OldSize);
            Expect.Equal(5908L, info.NewSize);
            Expect.Equal(null, Patch.Inspect(Setting.DataFile("patches", "mixed", "bsdiff40-bz2.hdiff")).OldSize);
        }

        public static void What_is_no_patch_is_refused()
        {
            Expect.Equal(Status.Patch, Expect.Throws<UpgradeLinkException>(() => Patch.Inspect(Old)).Status);
            Expect.Equal(Status.IO, Expect.Throws<UpgradeLinkException>(() => Patch.Inspect("not there")).Status);
        }
    }
}
