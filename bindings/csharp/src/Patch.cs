using System;
using System.Threading;
using System.Threading.Tasks;

namespace UpgradeLink
{
    /// <summary>Patches from file to file, without the network.</summary>
    public static unsafe class Patch
    {
        /// <summary>
        /// Rebuilds the file at <paramref name="outputPath"/> from the one at <paramref name="basePath"/> and the
        /// patch at <paramref name="patchPath"/>. It appears in one step when everything is right.
        /// </summary>
        /// <exception cref="UpgradeLinkException">It failed; what stood at the output's path stays.</exception>
        /// <exception cref="OperationCanceledException">It was cancelled.</exception>
        public static void Apply(
            string basePath, string patchPath, string outputPath, PatchOptions options = null,
            IProgress<UpgradeProgress> progress = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            var files = new Files(basePath, patchPath, outputPath);
            using (var made = (options ?? new PatchOptions()).Make())
            using (var used = made.Use())
            {
                new Call(progress, cancellationToken).Do(userData => Call.Do((nothing, error) =>
                {
                    *nothing = IntPtr.Zero;
                    fixed (byte* from = files.Base, patch = files.Patch, to = files.Output)
                        return Native.upgradelink_patch_apply(
                            from, patch, to, used.Pointer, Callbacks.Progress, userData, error);
                }));
            }
        }

        /// <summary>The same on a thread of the library, which is also where the progress is told.</summary>
        public static Task ApplyAsync(
            string basePath, string patchPath, string outputPath, PatchOptions options = null,
            IProgress<UpgradeProgress> progress = null,
            CancellationToken cancellationToken = default(CancellationToken))
        {
            var files = new Files(basePath, patchPath, outputPath);
            var told = progress == null ? IntPtr.Zero : Callbacks.Progress;
            return BackgroundCall<Nothing>.Run(
                null,
                (userData, operation, error) =>
                {
                    using (var made = (options ?? new PatchOptions()).Make())
                    using (var used = made.Use())
                    fixed (byte* from = files.Base, patch = files.Patch, to = files.Output)
                        return Native.upgradelink_patch_apply_start(
                            from, patch, to, used.Pointer, told, Callbacks.Completion, userData, operation, error);
                },
                Nothing.Take, progress, cancellationToken);
        }

        /// <summary>Reads the header of the patch at <paramref name="path"/>.</summary>
        /// <exception cref="UpgradeLinkException">It is no patch, or one that is not supported.</exception>
        public static PatchInfo Inspect(string path)
        {
            var file = Text.Required(path, nameof(path));
            return new PatchInfo(Call.Do((info, error) =>
            {
                fixed (byte* patch = file)
                    return Native.upgradelink_patch_inspect(patch, info, error);
            }));
        }

        private sealed class Files
        {
            internal readonly byte[] Base;
            internal readonly byte[] Patch;
            internal readonly byte[] Output;

            internal Files(string basePath, string patchPath, string outputPath)
            {
                Base = Text.Required(basePath, nameof(basePath));
                Patch = Text.Required(patchPath, nameof(patchPath));
                Output = Text.Required(outputPath, nameof(outputPath));
            }
        }
    }

    /// <summary>The result of a call that has none.</summary>
    internal struct Nothing
    {
        internal static unsafe Nothing Take(IntPtr operation)
        {
            Call.Do((nothing, error) =>
            {
                *nothing = IntPtr.Zero;
                return Native.upgradelink_operation_take_nothing(operation, error);
            });
            return default(Nothing);
        }
    }
}
