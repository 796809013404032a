import CUpgradeLink
import Foundation

/// What an application tells the service. A wrong value is reported by the call that uses the event.
public struct Event: Hashable, Sendable {
    /// What happened.
    public enum What: Hashable, Sendable {
        /// The application was started, at `launched` or, where that is `nil`, when the event happened.
        case start(launched: Date? = nil)
        /// The download of a version ended, well or badly.
        case download(of: Int64, Outcome = .success)
        /// The upgrade to a version ended, well or badly.
        case upgrade(to: Int64, Outcome = .success)
    }

    /// How a download or an upgrade ended: one of these numbers or any of your own.
    public struct Outcome: RawRepresentable, Codable, Hashable, Sendable {
        /// The number that the service is told.
        public let rawValue: Int64

        /// The outcome with this number.
        public init(rawValue: Int64) {
            self.rawValue = rawValue
        }

        /// It ended well.
        public static let success = Outcome(rawValue: 0)
        /// It failed.
        public static let failure = Outcome(rawValue: 1)
        /// The download failed.
        public static let downloadFailed = Outcome(rawValue: 1001)
        /// There was too little space.
        public static let noSpace = Outcome(rawValue: 1002)
        /// A file could not be used.
        public static let fileFailed = Outcome(rawValue: 1003)
        /// The MD5 was wrong.
        public static let wrongMD5 = Outcome(rawValue: 1004)
    }

    /// What happened.
    public var what: What
    /// The application's key.
    public var appKey: String
    /// The version that runs; for an upgrade the one that was upgraded from.
    public var versionCode: Int64
    /// When it happened.
    public var time: Date
    /// The device's key, at most 128 characters; `nil` takes the configuration's.
    public var deviceKey: String?
    /// The key of the device's model, at most 128 characters; `nil` takes the configuration's.
    public var deviceModelKey: String?
    /// The operating system, such as `darwin`.
    public var target: String?
    /// The machine's architecture, such as `x86_64`.
    public var arch: String?

    /// An event that happens now, unless a time is given.
    public init(_ what: What, appKey: String, versionCode: Int64, time: Date = Date()) {
        self.what = what
        self.appKey = appKey
        self.versionCode = versionCode
        self.time = time
    }

    /// Lends a handle that says the same.
    func withHandle<Result>(_ body: (OpaquePointer?) throws -> Result) rethrows -> Result {
        let type =
            switch what {
            case .start: UPGRADELINK_EVENT_START
            case .download: UPGRADELINK_EVENT_DOWNLOAD
            case .upgrade: UPGRADELINK_EVENT_UPGRADE
            }
        let handle = upgradelink_event_new(type, appKey, versionCode)
        defer { upgradelink_event_free(handle) }
        upgradelink_event_set_time(handle, time.unixMilliseconds)
        switch what {
        case .start(let launched):
            set(handle, launched?.unixMilliseconds, upgradelink_event_set_launch_time)
        case .download(let version, let outcome):
            set(handle, given(version), upgradelink_event_set_download_version_code)
            upgradelink_event_set_code(handle, outcome.rawValue)
        case .upgrade(let version, let outcome):
            set(handle, given(version), upgradelink_event_set_upgrade_version_code)
            upgradelink_event_set_code(handle, outcome.rawValue)
        }
        set(handle, deviceKey, upgradelink_event_set_device_key)
        set(handle, deviceModelKey, upgradelink_event_set_device_model_key)
        set(handle, target, upgradelink_event_set_target)
        set(handle, arch, upgradelink_event_set_arch)
        return try body(handle)
    }
}

extension Client {
    /// Tells the service of an event.
    ///
    /// With a state folder the event is safely on the disk when this returns; it is sent in the background,
    /// again and again until the service has answered, by this client or a later one. Events that the service
    /// cannot take are given up after two weeks; at most 1,000 wait, and the oldest gives way. Without a state
    /// folder the service has answered when this returns.
    ///
    /// Throws `invalidArgument` before anything is done; with a state folder `io`, `noSpace` and `busy`;
    /// without one as `check(_:)` does.
    public func report(_ event: Event) async throws {
        try await inBackground(keeping: handle) { userData, operation, error in
            event.withHandle { event in
                handle.use { upgradelink_report_start($0, event, operationDidEnd, userData, operation, error) }
            }
        } take: { operation in
            try attempt { upgradelink_operation_take_nothing(operation, $0) }
        }
    }

    /// Sends the events that wait in the state folder, for at most `limit`. For a program that is about to end;
    /// one that runs on need not call it. Cancelling the task ends the wait only.
    ///
    /// Throws `busy` when events still wait, after `retryAfter` if the service failed on them before; `io` and
    /// `noSpace` from the state folder.
    public func flush(within limit: Duration) async throws {
        try await onAnotherThread { [handle] in
            try handle.use { client in try attempt { upgradelink_flush(client, limit.limit, $0) } }
        }
    }

    /// Tells how many events wait in the state folder, and how many were dropped; none without one.
    ///
    /// Throws `io`, `noSpace` and `busy` from the state folder.
    public func countEvents() async throws -> EventCounts {
        try await onAnotherThread { [handle] in
            var (waiting, dropped): (UInt64, UInt64) = (0, 0)
            try handle.use { client in try attempt { upgradelink_count_events(client, &waiting, &dropped, $0) } }
            return EventCounts(waiting: waiting, dropped: dropped)
        }
    }

    /// Remembers in the state folder that the application is about to become the version of the strategy, so that
    /// this version can report it: see `reportStarted(appKey:versionCode:)`. Call it before the installer starts.
    ///
    /// Throws `config` without a state folder; `io`, `noSpace` and `busy` from it.
    public func rememberUpgrade(_ strategy: Strategy) async throws {
        try await remember(strategy, upgradelink_remember_upgrade)
    }

    /// Reports that the application was started as this version, and before it the upgrade to that version, if one
    /// was remembered. Call it once at each start. Cancelling the task ends the wait only.
    ///
    /// Throws as `report(_:)` does.
    public func reportStarted(appKey: String, versionCode: Int64) async throws {
        try await onAnotherThread { [handle] in
            try handle.use { client in try attempt { upgradelink_report_started(client, appKey, versionCode, $0) } }
        }
    }
}

/// What became of the events in a state folder.
public struct EventCounts: Hashable, Sendable, Codable {
    /// How many wait to be sent.
    public let waiting: UInt64
    /// How many were dropped since the folder was made: there were too many, they became too old, or the service
    /// refused them for good.
    public let dropped: UInt64
}
