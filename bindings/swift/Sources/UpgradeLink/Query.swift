import CUpgradeLink

/// Which application asks, in which version, on which device. A wrong value is reported by the call that
/// uses the query.
public struct Query: Codable, Hashable, Sendable {
    /// The kind of the application.
    public var kind: Kind
    /// The application's key from the service's console.
    public var appKey: String
    /// The version that runs; not 0.
    public var versionCode: Int64
    /// The machine's architecture, `x64` or `arm64`: required for win, mac and lnx, refused for others.
    public var arch: String?
    /// Asks for this version only; `nil` for the newest.
    public var appointVersionCode: Int64?
    /// The device's key, at most 128 characters; `nil` takes the configuration's.
    public var deviceKey: String?
    /// The key of the device's model, at most 128 characters; `nil` takes the configuration's.
    public var deviceModelKey: String?
    /// Which patch the application can apply; for apk only.
    public var patchAlgorithm: PatchAlgorithm?

    /// A query of an application that runs as `versionCode`.
    public init(
        _ kind: Kind, appKey: String, versionCode: Int64, arch: String? = nil, appointVersionCode: Int64? = nil,
        deviceKey: String? = nil, deviceModelKey: String? = nil, patchAlgorithm: PatchAlgorithm? = nil
    ) {
        self.kind = kind
        self.appKey = appKey
        self.versionCode = versionCode
        self.arch = arch
        self.appointVersionCode = appointVersionCode
        self.deviceKey = deviceKey
        self.deviceModelKey = deviceModelKey
        self.patchAlgorithm = patchAlgorithm
    }

    /// The architecture that this program was built for, as the service names it.
    public static var currentArch: String {
        #if arch(arm64)
            "arm64"
        #else
            "x64"
        #endif
    }

    /// Lends a handle that says the same.
    func withHandle<Result>(_ body: (OpaquePointer?) throws -> Result) rethrows -> Result {
        let handle = upgradelink_query_new(kind.rawValue, appKey, versionCode)
        defer { upgradelink_query_free(handle) }
        set(handle, arch, upgradelink_query_set_arch)
        set(handle, appointVersionCode, upgradelink_query_set_appoint_version_code)
        set(handle, deviceKey, upgradelink_query_set_device_key)
        set(handle, deviceModelKey, upgradelink_query_set_device_model_key)
        set(handle, patchAlgorithm?.rawValue, upgradelink_query_set_patch_algo)
        return try body(handle)
    }
}
