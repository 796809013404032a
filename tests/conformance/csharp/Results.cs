namespace UpgradeLink.Conformance
{
    /// <summary>Every property of what a call gave, under the list's name.</summary>
    internal static class Results
    {
        internal static void Give(Case current, Strategy strategy)
        {
            current.Gave("strategy.available", strategy.IsAvailable);
            current.Gave("strategy.kind", strategy.Kind);
            current.Gave("strategy.app_key", strategy.AppKey);
            current.Gave("strategy.package_name", strategy.PackageName);
            current.Gave("strategy.version_name", strategy.VersionName);
            current.Gave("strategy.version_code", strategy.VersionCode);
            current.Gave("strategy.url", strategy.Url);
            current.Gave("strategy.file_size", strategy.FileSize);
            current.Gave("strategy.file_md5", strategy.FileMd5);
            current.Gave("strategy.upgrade_type", strategy.UpgradeType);
            current.Gave("strategy.prompt", strategy.Prompt);
            current.Gave("strategy.patch_algo", strategy.PatchAlgo);
            current.Gave("strategy.patch_url", strategy.PatchUrl);
            current.Gave("strategy.patch_file_size", strategy.PatchFileSize);
            current.Gave("strategy.patch_file_md5", strategy.PatchFileMd5);
            current.Gave("strategy.content", strategy.Content);
            current.Gave("strategy.message", strategy.Message);
            current.Gave("strategy.json", strategy.Json);
        }

        internal static void Give(Case current, VersionDetails details)
        {
            current.Gave("details.app_key", details.AppKey);
            current.Gave("details.package_name", details.PackageName);
            current.Gave("details.version_name", details.VersionName);
            current.Gave("details.version_code", details.VersionCode);
            current.Gave("details.description", details.Description);
            current.Gave("details.json", details.Json);
        }

        internal static void Give(Case current, Statistics statistics)
        {
            current.Gave("statistics.yesterday_download_count", statistics.YesterdayDownloadCount);
            current.Gave("statistics.total_download_count", statistics.TotalDownloadCount);
            current.Gave("statistics.yesterday_strategy_count", statistics.YesterdayStrategyCount);
            current.Gave("statistics.total_strategy_count", statistics.TotalStrategyCount);
            current.Gave("statistics.yesterday_upgrade_count", statistics.YesterdayUpgradeCount);
            current.Gave("statistics.total_upgrade_count", statistics.TotalUpgradeCount);
            current.Gave("statistics.yesterday_start_count", statistics.YesterdayStartCount);
            current.Gave("statistics.total_start_count", statistics.TotalStartCount);
            current.Gave("statistics.day_count", statistics.Days.Count);
            current.Gave("statistics.json", statistics.Json);
            for (var number = 0; number < statistics.Days.Count; number++)
            {
                var day = statistics.Days[number];
                current.Gave("statistics.day_name." + number, day.Name);
                current.Gave("statistics.downloads." + number, day.Downloads);
                current.Gave("statistics.strategies." + number, day.Strategies);
                current.Gave("statistics.upgrades." + number, day.Upgrades);
                current.Gave("statistics.starts." + number, day.Starts);
            }
        }

        internal static void Give(Case current, Artifact artifact)
        {
            current.Gave("artifact.path", artifact.Path);
            current.Gave("artifact.size", artifact.Size);
            current.Gave("artifact.md5", artifact.Md5);
            current.Gave("artifact.sha256", artifact.Sha256);
            current.Gave("artifact.origin", artifact.Origin);
            current.Gave("artifact.checked", artifact.Checked);
            current.Gave("artifact.network_bytes", artifact.NetworkBytes);
            current.Gave("artifact.patch_failure", artifact.PatchFailure);
        }

        internal static void Give(Case current, PatchInfo info)
        {
            current.Gave("patch.container", info.Container);
            current.Gave("patch.compressor", info.Compressor);
            current.Gave("patch.old_size", info.OldSize);
            current.Gave("patch.new_size", info.NewSize);
        }
    }
}
