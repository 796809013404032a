using System;

namespace UpgradeLink
{
    /// <summary>How a file is fetched. Everything but the folder may be left out.</summary>
    public sealed class FetchOptions
    {
        private readonly byte[] folder;

        /// <summary>Fetches into <paramref name="folder"/>, which is made when it is not there.</summary>
        public FetchOptions(string folder)
        {
            this.folder = Text.Required(folder, nameof(folder));
        }

        /// <summary>
        /// The file that runs, to which a patch applies; it is only read. With it a patch is taken where the
        /// strategy offers one, and the full file where the patch fails.
        /// </summary>
        public string BaseFile { get; set; }

        /// <summary>The name of the file in the folder; null takes a safe one from the link.</summary>
        public string FileName { get; set; }

        /// <summary>The SHA-256 that the file must have, as 64 hex digits.</summary>
        public string Sha256 { get; set; }

        /// <summary>Refuses a file for which neither the service nor the application gives a hash.</summary>
        public bool RequireHash { get; set; }

        /// <summary>The largest file that is taken, in bytes; null for any.</summary>
        public long? MaxSize { get; set; }

        /// <summary>Allows a version that is not above the one that runs.</summary>
        public bool AllowDowngrade { get; set; }

        /// <summary>How long next to nothing may come before a connection is given up. Default: 30 s.</summary>
        public TimeSpan? StallTimeout { get; set; }

        /// <summary>
        /// How long to wait while somebody else fetches the same file into the same folder. Default: not at all.
        /// </summary>
        public TimeSpan? LockWait { get; set; }

        /// <summary>Keeps what has come for the next call when this one fails. Default: true.</summary>
        public bool KeepPartial { get; set; } = true;

        /// <summary>The most bytes that are taken in a second; null for as many as come.</summary>
        public long? MaxBytesPerSecond { get; set; }

        /// <summary>
        /// Tells the service how the fetch of a strategy ended. With a state folder that costs no time; without
        /// one the call may take up to five seconds longer.
        /// </summary>
        public bool Report { get; set; }

        /// <summary>A handle of all this.</summary>
        internal unsafe FetchOptionsHandle Make()
        {
            FetchOptionsHandle made;
            fixed (byte* into = folder)
                made = new FetchOptionsHandle(Native.upgradelink_fetch_options_new(into));
            using (var used = made.Use())
            {
                var options = used.Pointer;
                Setter.Set(options, Native.upgradelink_fetch_options_set_base_file, BaseFile, nameof(BaseFile));
                Setter.Set(options, Native.upgradelink_fetch_options_set_file_name, FileName, nameof(FileName));
                Setter.Set(options, Native.upgradelink_fetch_options_set_sha256, Sha256, nameof(Sha256));
                Native.upgradelink_fetch_options_set_require_hash(options, RequireHash ? 1 : 0);
                Native.upgradelink_fetch_options_set_max_size(options, Numbers.Size(MaxSize, nameof(MaxSize)));
                Native.upgradelink_fetch_options_set_allow_downgrade(options, AllowDowngrade ? 1 : 0);
                Native.upgradelink_fetch_options_set_keep_partial(options, KeepPartial ? 1 : 0);
                Native.upgradelink_fetch_options_set_max_bytes_per_second(
                    options, Numbers.Size(MaxBytesPerSecond ?? 0, nameof(MaxBytesPerSecond)));
                Native.upgradelink_fetch_options_set_report(options, Report ? 1 : 0);
                if (StallTimeout.HasValue)
                    Native.upgradelink_fetch_options_set_stall_timeout_ms(
                        options, Numbers.Milliseconds(StallTimeout.Value, nameof(StallTimeout)));
                if (LockWait.HasValue)
                    Native.upgradelink_fetch_options_set_lock_wait_ms(
                        options, Numbers.Milliseconds(LockWait.Value, nameof(LockWait)));
            }
            return made;
        }
    }
}
