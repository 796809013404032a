import CUpgradeLink

/// What the service says to do. Everything in its `snapshot` can be read from it directly:
///
/// ```swift
/// if strategy.isAvailable, strategy.upgradeType == .force { … }
/// ```
@dynamicMemberLookup
public final class Strategy: Sendable {
    let handle: Handle

    /// What it says, as a value that can be kept, compared and encoded.
    public let snapshot: Snapshot

    /// How old the answer is: zero, unless it comes from `Client.lastStrategy(for:)`.
    public let age: Duration

    /// Takes over a handle.
    init(_ handle: OpaquePointer) {
        self.handle = Handle(handle, free: upgradelink_strategy_free)
        snapshot = Snapshot(handle)
        age = .milliseconds(upgradelink_strategy_age_ms(handle))
    }

    /// Reads from the snapshot.
    public subscript<Value>(dynamicMember member: KeyPath<Snapshot, Value>) -> Value {
        snapshot[keyPath: member]
    }

    /// What a strategy says.
    public struct Snapshot: Codable, Hashable, Sendable {
        /// Whether there is an upgrade; false when the application is already the newest for this device.
        public let isAvailable: Bool
        /// The kind that was asked for.
        public let kind: Kind
        /// The application that was asked for.
        public let appKey: String
        /// The application's package name; apk, win, mac and lnx only.
        public let packageName: String?
        /// The offered version for people, such as `v2`.
        public let versionName: String?
        /// The offered version; 0 without an upgrade.
        public let versionCode: Int64
        /// The link to the file. For url applications it is whatever the publisher typed.
        public let url: String?
        /// The size of the file in bytes.
        public let fileSize: UInt64?
        /// The MD5 of the file, as it came: meant to be 32 hex digits. Often not given.
        public let fileMD5: String?
        /// How urgent the upgrade is.
        public let upgradeType: UpgradeType
        /// What to show to the user.
        public let prompt: String?
        /// Which patch the service gives.
        public let patchAlgorithm: PatchAlgorithm
        /// The link to the patch.
        public let patchURL: String?
        /// The size of the patch in bytes.
        public let patchFileSize: UInt64?
        /// The MD5 of the patch, as it came.
        public let patchFileMD5: String?
        /// The JSON object of a configuration, byte for byte as the service sent it.
        public let content: String?
        /// What the service says beside its code.
        public let message: String?
        /// The service's whole reply as it came, with fields that this library does not know.
        public let json: String

        init(_ handle: OpaquePointer) {
            isAvailable = upgradelink_strategy_is_available(handle) != 0
            kind = Kind(rawValue: upgradelink_strategy_kind(handle))
            appKey = text(upgradelink_strategy_app_key(handle)) ?? ""
            packageName = text(upgradelink_strategy_package_name(handle))
            versionName = text(upgradelink_strategy_version_name(handle))
            versionCode = upgradelink_strategy_version_code(handle)
            url = text(upgradelink_strategy_url(handle))
            fileSize = size(upgradelink_strategy_file_size(handle))
            fileMD5 = text(upgradelink_strategy_file_md5(handle))
            upgradeType = UpgradeType(rawValue: upgradelink_strategy_upgrade_type(handle))
            prompt = text(upgradelink_strategy_prompt(handle))
            patchAlgorithm = PatchAlgorithm(rawValue: upgradelink_strategy_patch_algo(handle))
            patchURL = text(upgradelink_strategy_patch_url(handle))
            patchFileSize = size(upgradelink_strategy_patch_file_size(handle))
            patchFileMD5 = text(upgradelink_strategy_patch_file_md5(handle))
            content = text(upgradelink_strategy_content(handle))
            message = text(upgradelink_strategy_message(handle))
            json = UpgradeLink.json(handle, upgradelink_strategy_json)
        }
    }
}
