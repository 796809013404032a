import CUpgradeLink

/// What the service knows of one version.
public struct VersionDetails: Codable, Hashable, Sendable {
    /// The application that was asked for.
    public let appKey: String
    /// Its package name; apk, win, mac and lnx only.
    public let packageName: String?
    /// The version for people, such as `v2`.
    public let versionName: String?
    /// The version's code.
    public let versionCode: Int64
    /// What the publisher wrote about the version.
    public let description: String?
    /// The service's whole reply as it came.
    public let json: String

    init(consuming handle: OpaquePointer) {
        defer { upgradelink_version_details_free(handle) }
        appKey = text(upgradelink_version_details_app_key(handle)) ?? ""
        packageName = text(upgradelink_version_details_package_name(handle))
        versionName = text(upgradelink_version_details_version_name(handle))
        versionCode = upgradelink_version_details_version_code(handle)
        description = text(upgradelink_version_details_description(handle))
        json = UpgradeLink.json(handle, upgradelink_version_details_json)
    }
}

/// The figures of an application.
public struct Statistics: Codable, Hashable, Sendable {
    /// How often something happened.
    public struct Count: Codable, Hashable, Sendable {
        /// Yesterday.
        public let yesterday: Int64
        /// So far.
        public let total: Int64
    }

    /// The figures of a day.
    public struct Day: Codable, Hashable, Sendable {
        /// The day, as the service writes it.
        public let name: String
        /// Downloads of the application.
        public let downloads: Int64
        /// Strategies that the service gave.
        public let strategies: Int64
        /// Upgrades that were reported.
        public let upgrades: Int64
        /// Starts that were reported.
        public let starts: Int64
    }

    /// Downloads of the application.
    public let downloads: Count
    /// Strategies that the service gave.
    public let strategies: Count
    /// Upgrades that were reported.
    public let upgrades: Count
    /// Starts that were reported.
    public let starts: Count
    /// The last days, 7 as a rule.
    public let days: [Day]
    /// The service's whole reply as it came.
    public let json: String

    init(consuming handle: OpaquePointer) {
        defer { upgradelink_statistics_free(handle) }
        downloads = Count(
            yesterday: upgradelink_statistics_yesterday_download_count(handle),
            total: upgradelink_statistics_total_download_count(handle))
        strategies = Count(
            yesterday: upgradelink_statistics_yesterday_strategy_count(handle),
            total: upgradelink_statistics_total_strategy_count(handle))
        upgrades = Count(
            yesterday: upgradelink_statistics_yesterday_upgrade_count(handle),
            total: upgradelink_statistics_total_upgrade_count(handle))
        starts = Count(
            yesterday: upgradelink_statistics_yesterday_start_count(handle),
            total: upgradelink_statistics_total_start_count(handle))
        days = (0..<upgradelink_statistics_day_count(handle)).map { day in
            Day(
                name: text(upgradelink_statistics_day_name(handle, day)) ?? "",
                downloads: upgradelink_statistics_day_value(handle, UPGRADELINK_SERIES_DOWNLOADS, day),
                strategies: upgradelink_statistics_day_value(handle, UPGRADELINK_SERIES_STRATEGIES, day),
                upgrades: upgradelink_statistics_day_value(handle, UPGRADELINK_SERIES_UPGRADES, day),
                starts: upgradelink_statistics_day_value(handle, UPGRADELINK_SERIES_STARTS, day))
        }
        json = UpgradeLink.json(handle, upgradelink_statistics_json)
    }
}
