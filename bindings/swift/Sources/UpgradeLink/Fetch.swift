import CUpgradeLink
import Foundation

/// How a file is fetched. A property that is `nil` has the library's default.
public struct FetchOptions: Hashable, Sendable {
    /// Where the file is put; made when it is not there. While the file grows, `<name>.part` and
    /// `<name>.resume` stand beside it, and `<name>.lock` keeps others away.
    public var folder: URL
    /// The file that runs, to which a patch applies. It is only read. With it a patch is taken where the
    /// strategy offers one, and the full file where the patch fails for whatever reason.
    public var baseFile: URL?
    /// The name of the file in the folder, without separators; `nil` takes it from the link.
    public var fileName: String?
    /// The SHA-256 that the file must have, as 64 hex digits.
    public var sha256: String?
    /// Refuses a file for which nobody gives a hash. The service often gives none for win, mac and lnx.
    public var requireHash = false
    /// The largest file that is taken, in bytes; `nil` for any.
    public var maxSize: UInt64?
    /// Allows a version that is not above the one that runs.
    public var allowDowngrade = false
    /// How long less than 1,024 bytes may come before a connection is given up. Default: 30 seconds.
    public var stallTimeout: Duration?
    /// How long to wait while somebody else fetches the same file into the same folder, before `busy`.
    /// Default: not at all.
    public var lockWait: Duration?
    /// Keeps what has come for the next call when this one fails or is cancelled.
    public var keepPartial = true
    /// The most bytes that are taken in a second; `nil` for as many as come.
    public var maxBytesPerSecond: UInt64?
    /// Tells the service how the fetch of a strategy ended. With a state folder that costs no time; without one the
    /// fetch may take up to five seconds longer.
    public var report = false

    /// Options for fetching into a folder.
    public init(folder: URL) {
        self.folder = folder
    }

    /// Lends a handle that says the same.
    func withHandle<Result>(_ body: (OpaquePointer?) throws -> Result) rethrows -> Result {
        let handle = upgradelink_fetch_options_new(folder.path)
        defer { upgradelink_fetch_options_free(handle) }
        set(handle, baseFile?.path, upgradelink_fetch_options_set_base_file)
        set(handle, fileName, upgradelink_fetch_options_set_file_name)
        set(handle, sha256, upgradelink_fetch_options_set_sha256)
        upgradelink_fetch_options_set_require_hash(handle, requireHash ? 1 : 0)
        set(handle, maxSize, upgradelink_fetch_options_set_max_size)
        upgradelink_fetch_options_set_allow_downgrade(handle, allowDowngrade ? 1 : 0)
        set(handle, stallTimeout?.limit, upgradelink_fetch_options_set_stall_timeout_ms)
        set(handle, lockWait?.limit, upgradelink_fetch_options_set_lock_wait_ms)
        upgradelink_fetch_options_set_keep_partial(handle, keepPartial ? 1 : 0)
        set(handle, maxBytesPerSecond, upgradelink_fetch_options_set_max_bytes_per_second)
        upgradelink_fetch_options_set_report(handle, report ? 1 : 0)
        return try body(handle)
    }
}

/// A file that is what was promised.
public struct Artifact: Codable, Hashable, Sendable {
    /// What was compared with a promise.
    public struct Checks: OptionSet, Codable, Hashable, Sendable {
        /// The sum of what was compared.
        public let rawValue: UInt32

        /// The sum of what was compared.
        public init(rawValue: UInt32) {
            self.rawValue = rawValue
        }

        /// The size was promised and is right.
        public static let size = Checks(rawValue: UInt32(UPGRADELINK_CHECKED_SIZE))
        /// The MD5 was promised and is right.
        public static let md5 = Checks(rawValue: UInt32(UPGRADELINK_CHECKED_MD5))
        /// The SHA-256 was given in the options and is right.
        public static let sha256 = Checks(rawValue: UInt32(UPGRADELINK_CHECKED_SHA256))
        /// The publisher's signature is right.
        public static let signature = Checks(rawValue: UInt32(UPGRADELINK_CHECKED_SIGNATURE))
    }

    /// Where the file is.
    public let file: URL
    /// The size of the file in bytes.
    public let size: UInt64
    /// The MD5 of the file in lowercase hex, whether it was promised or not.
    public let md5: String
    /// The SHA-256 of the file in lowercase hex, whether it was promised or not.
    public let sha256: String
    /// How the file came.
    public let origin: Origin
    /// What was compared with a promise; empty when nothing was promised.
    public let checked: Checks
    /// How many bytes were taken from the network for it in this call, those in vain too.
    public let networkBytes: UInt64
    /// Why a patch that was offered did not lead to the file; `nil` when none was tried, or it did.
    public let patchFailure: String?

    init(consuming handle: OpaquePointer) {
        defer { upgradelink_artifact_free(handle) }
        file = URL(fileURLWithPath: text(upgradelink_artifact_path(handle)) ?? "", isDirectory: false)
        size = upgradelink_artifact_size(handle)
        md5 = text(upgradelink_artifact_md5(handle)) ?? ""
        sha256 = text(upgradelink_artifact_sha256(handle)) ?? ""
        origin = Origin(rawValue: upgradelink_artifact_origin(handle))
        checked = Checks(rawValue: upgradelink_artifact_checked(handle))
        networkBytes = upgradelink_artifact_network_bytes(handle)
        patchFailure = text(upgradelink_artifact_patch_failure(handle))
    }
}

/// What a stream of a fetch tells.
public enum FetchStep: Hashable, Sendable {
    /// How far it is.
    case progress(WorkProgress)
    /// The file is in its place; the last step.
    case finished(Artifact)
}

/// A file that the application itself knows of.
public struct Link: Codable, Hashable, Sendable {
    /// An http(s) link.
    public var url: String
    /// The size of the file in bytes.
    public var size: UInt64?
    /// Its MD5, 32 hex digits. A SHA-256 goes into the options.
    public var md5: String?

    /// A link, and what is known of its file.
    public init(_ url: String, size: UInt64? = nil, md5: String? = nil) {
        self.url = url
        self.size = size
        self.md5 = md5
    }
}

extension Client {
    /// Fetches the file of a strategy: downloads or patches it, checks it, and puts it in its place in one
    /// step. What an earlier call left is gone on with.
    ///
    /// Cancel the task to stop. On an error nothing stands under the name that was not there before.
    ///
    /// Throws `invalidArgument` for a strategy without an upgrade or of a kind without files; `downgrade`;
    /// `verify` for a file or a promise that is wrong; `busy`, `io`, `noSpace` from the folder; `connect`,
    /// `tls`, `timeout`, `network` once repetition did not help; `notFound`, `rateLimited`, `service` from
    /// the file's server.
    public func fetch(
        _ strategy: Strategy, _ options: FetchOptions, progress: ProgressHandler? = nil
    ) async throws -> Artifact {
        try await inBackground(keeping: handle, progress: progress) { userData, operation, error in
            options.withHandle { options in
                handle.use { client in
                    strategy.handle.use { strategy in
                        upgradelink_fetch_start(
                            client, strategy, options, operationDidProgress, operationDidEnd, userData, operation,
                            error)
                    }
                }
            }
        } take: { operation in
            Artifact(consuming: try made { upgradelink_operation_take_artifact(operation, $0, $1) })
        }
    }

    /// Fetches a file that the application itself knows of.
    ///
    /// Throws as `fetch(_:_:progress:)` of a strategy does.
    public func fetch(
        _ link: Link, _ options: FetchOptions, progress: ProgressHandler? = nil
    ) async throws -> Artifact {
        try await inBackground(keeping: handle, progress: progress) { userData, operation, error in
            options.withHandle { options in
                handle.use { client in
                    upgradelink_fetch_link_start(
                        client, link.url, link.size ?? UPGRADELINK_SIZE_UNKNOWN, link.md5, options,
                        operationDidProgress, operationDidEnd, userData, operation, error)
                }
            }
        } take: { operation in
            Artifact(consuming: try made { upgradelink_operation_take_artifact(operation, $0, $1) })
        }
    }

    /// Fetches the file of a strategy, step by step:
    ///
    /// ```swift
    /// for try await step in client.fetchSteps(strategy, options) {
    ///     switch step {
    ///     case .progress(let progress): bar.value = progress.fraction ?? 0
    ///     case .finished(let artifact): install(artifact.file)
    ///     }
    /// }
    /// ```
    ///
    /// Leaving the loop stops the fetch. A reader that is slow sees the newest step only. As every stream
    /// of Swift, this one ends without an error when the task that reads it is cancelled.
    public func fetchSteps(
        _ strategy: Strategy, _ options: FetchOptions
    ) -> AsyncThrowingStream<FetchStep, any Error> {
        steps { try await self.fetch(strategy, options, progress: $0) }
    }

    /// Fetches a file that the application itself knows of, step by step.
    public func fetchSteps(_ link: Link, _ options: FetchOptions) -> AsyncThrowingStream<FetchStep, any Error> {
        steps { try await self.fetch(link, options, progress: $0) }
    }
}

private func steps(
    _ fetch: @escaping @Sendable (@escaping ProgressHandler) async throws -> Artifact
) -> AsyncThrowingStream<FetchStep, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
        let task = Task {
            do {
                continuation.yield(.finished(try await fetch { continuation.yield(.progress($0)) }))
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in task.cancel() }
    }
}
