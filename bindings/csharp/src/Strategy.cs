using System;

namespace UpgradeLink
{
    /// <summary>
    /// What the service says to do. Immutable. Texts are null where the service gave none. Disposing it gives its
    /// memory back early: everything can still be read, but no call takes it any more.
    /// </summary>
    public sealed class Strategy : IDisposable
    {
        private readonly StrategyHandle handle;

        internal unsafe Strategy(IntPtr made)
        {
            handle = new StrategyHandle(made);
            using (var used = handle.Use())
            {
                var strategy = used.Pointer;
                IsAvailable = Native.upgradelink_strategy_is_available(strategy) != 0;
                Kind = (Kind)Native.upgradelink_strategy_kind(strategy);
                AppKey = Text.Out(Native.upgradelink_strategy_app_key(strategy));
                PackageName = Text.Out(Native.upgradelink_strategy_package_name(strategy));
                VersionName = Text.Out(Native.upgradelink_strategy_version_name(strategy));
                VersionCode = Native.upgradelink_strategy_version_code(strategy);
                Url = Text.Out(Native.upgradelink_strategy_url(strategy));
                FileSize = Numbers.Size(Native.upgradelink_strategy_file_size(strategy));
                FileMd5 = Text.Out(Native.upgradelink_strategy_file_md5(strategy));
                UpgradeType = (UpgradeType)Native.upgradelink_strategy_upgrade_type(strategy);
                Prompt = Text.Out(Native.upgradelink_strategy_prompt(strategy));
                PatchAlgo = (PatchAlgo)Native.upgradelink_strategy_patch_algo(strategy);
                PatchUrl = Text.Out(Native.upgradelink_strategy_patch_url(strategy));
                PatchFileSize = Numbers.Size(Native.upgradelink_strategy_patch_file_size(strategy));
                PatchFileMd5 = Text.Out(Native.upgradelink_strategy_patch_file_md5(strategy));
                Content = Text.Out(Native.upgradelink_strategy_content(strategy));
                Message = Text.Out(Native.upgradelink_strategy_message(strategy));
                Age = Numbers.Duration(Native.upgradelink_strategy_age_ms(strategy));
                UIntPtr length;
                var json = Native.upgradelink_strategy_json(strategy, &length);
                Json = Text.Out(json, length);
            }
        }

        /// <summary>Whether there is an upgrade; false when the application is already the newest.</summary>
        public bool IsAvailable { get; }

        /// <summary>The kind that was asked for.</summary>
        public Kind Kind { get; }

        /// <summary>The application that was asked for.</summary>
        public string AppKey { get; }

        /// <summary>Its package name; apk, win, mac and lnx only.</summary>
        public string PackageName { get; }

        /// <summary>The offered version for people, such as <c>v2</c>.</summary>
        public string VersionName { get; }

        /// <summary>The offered version; 0 without an upgrade.</summary>
        public long VersionCode { get; }

        /// <summary>The link to the file. For url applications it is whatever the publisher typed.</summary>
        public string Url { get; }

        /// <summary>The size of the file in bytes.</summary>
        public long? FileSize { get; }

        /// <summary>The MD5 of the file, as it came.</summary>
        public string FileMd5 { get; }

        /// <summary>How urgent the upgrade is.</summary>
        public UpgradeType UpgradeType { get; }

        /// <summary>What to show to the user.</summary>
        public string Prompt { get; }

        /// <summary>Which patch the service gives; anything but HDiffPatch means the full file.</summary>
        public PatchAlgo PatchAlgo { get; }

        /// <summary>The link to the patch.</summary>
        public string PatchUrl { get; }

        /// <summary>The size of the patch in bytes.</summary>
        public long? PatchFileSize { get; }

        /// <summary>The MD5 of the patch, as it came.</summary>
        public string PatchFileMd5 { get; }

        /// <summary>The JSON object of a configuration, as the service sent it.</summary>
        public string Content { get; }

        /// <summary>What the service says beside its code.</summary>
        public string Message { get; }

        /// <summary>
        /// How old the answer is: zero, unless it comes from <see cref="UpgradeLinkClient.LastStrategy"/>.
        /// </summary>
        public TimeSpan Age { get; }

        /// <summary>The service's whole reply as it came, with fields that this library does not know.</summary>
        public string Json { get; }

        /// <summary>Gives the memory back.</summary>
        public void Dispose()
        {
            handle.Dispose();
        }

        internal Lease Use()
        {
            return handle.Use();
        }

        /// <summary>Takes over the result of an operation.</summary>
        internal static unsafe Strategy Take(IntPtr operation)
        {
            return new Strategy(Call.Do(
                (strategy, error) => Native.upgradelink_operation_take_strategy(operation, strategy, error)));
        }
    }
}
