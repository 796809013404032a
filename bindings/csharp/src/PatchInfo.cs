using System;

namespace UpgradeLink
{
    /// <summary>What the header of a patch says. Immutable.</summary>
    public sealed class PatchInfo
    {
        internal unsafe PatchInfo(IntPtr made)
        {
            using (var owned = new PatchInfoHandle(made))
            using (var used = owned.Use())
            {
                var info = used.Pointer;
                Container = Text.Out(Native.upgradelink_patch_info_container(info));
                Compressor = Text.Out(Native.upgradelink_patch_info_compressor(info));
                OldSize = Numbers.Size(Native.upgradelink_patch_info_old_size(info));
                NewSize = Numbers.Count(Native.upgradelink_patch_info_new_size(info));
            }
        }

        /// <summary>The container, such as <c>HDIFF13</c>.</summary>
        public string Container { get; }

        /// <summary>The compressor as the patch names it, such as <c>zstd</c>; empty where it names none.</summary>
        public string Compressor { get; }

        /// <summary>The size of the base file, in bytes; null where the container does not say.</summary>
        public long? OldSize { get; }

        /// <summary>The size of the file that the patch makes, in bytes.</summary>
        public long NewSize { get; }
    }
}
