import CUpgradeLink

/// What the library that runs is.
public enum Library {
    /// Its version, such as `0.1.0`.
    public static var version: String { text(upgradelink_version()) ?? "" }

    /// Its version as `major * 1_000_000 + minor * 1_000 + patch`.
    public static var versionNumber: Int { Int(upgradelink_version_number()) }

    /// The version that this binding was built for, in the form of `versionNumber`.
    public static let builtFor = Int(UPGRADELINK_VERSION_NUMBER)

    /// Whether the library was built with a feature: `http`, `fetch`, `patch`, `zlib`, `bz2`, `lzma` or
    /// `zstd`. What needs a missing one throws `unsupported`; the build for iOS has neither `fetch` nor
    /// `patch`, since applications there are replaced by the system only.
    public static func has(_ feature: String) -> Bool { upgradelink_has(feature) != 0 }
}
