namespace UpgradeLink
{
    /// <summary>What the new file must be, and what a patch may ask for. Everything may be left out.</summary>
    public sealed class PatchOptions
    {
        /// <summary>The size that the new file must have, in bytes.</summary>
        public long? ExpectedSize { get; set; }

        /// <summary>
        /// The MD5 that the new file must have, as 32 hex digits. Most patches carry no checksum: without it a
        /// base file that is not the right one makes a wrong file without an error.
        /// </summary>
        public string ExpectedMd5 { get; set; }

        /// <summary>The most memory for the decoders' windows together, in bytes. Default: 128 MiB.</summary>
        public long? MaxWindow { get; set; }

        /// <summary>A handle of all this.</summary>
        internal unsafe PatchOptionsHandle Make()
        {
            var made = new PatchOptionsHandle(Native.upgradelink_patch_options_new());
            using (var used = made.Use())
            {
                var options = used.Pointer;
                Native.upgradelink_patch_options_set_expected_size(
                    options, Numbers.Size(ExpectedSize, nameof(ExpectedSize)));
                Setter.Set(
                    options, Native.upgradelink_patch_options_set_expected_md5, ExpectedMd5, nameof(ExpectedMd5));
                if (MaxWindow.HasValue)
                    Native.upgradelink_patch_options_set_max_window(
                        options, Numbers.Size(MaxWindow, nameof(MaxWindow)));
            }
            return made;
        }
    }
}
