import CUpgradeLink
import Foundation

/// Why a call failed.
///
/// ```swift
/// do {
///     try await client.check(query)
/// } catch let error as UpgradeLinkError where error.isRetryable {
///     // Later, after error.retryAfter if the service asks for it.
/// }
/// ```
///
/// A task that is cancelled gets Swift's `CancellationError` instead.
public struct UpgradeLinkError: Error, Hashable, Sendable {
    /// What failed.
    public let status: Status
    /// Where it failed.
    public let stage: Stage
    /// What was expected, what came and what to do, in English. Never holds the secret key.
    public let message: String
    /// The HTTP status of the answer; `nil` where none came.
    public let httpStatus: Int?
    /// The `code` of the service's answer, such as 404001; `nil` where none came.
    public let serviceCode: Int64?
    /// The service's name for the failed request, to be told to its support.
    public let traceID: String?
    /// What the service says about the code, often with a link.
    public let docs: String?
    /// The operating system's error number; `nil` where it had no part.
    public let osError: Int32?
    /// Whether the same call may succeed later, unchanged.
    public let isRetryable: Bool
    /// How long the service asks to wait before the next call; `nil` where it does not say.
    public let retryAfter: Duration?

    /// Copies what an error of the C library says and frees it.
    init(status: upgradelink_status, consuming error: OpaquePointer?) {
        defer { upgradelink_error_free(error) }
        // An error that found no memory is NULL: its getters answer 0 then.
        self.status = Status(rawValue: status)
        stage = Stage(rawValue: upgradelink_error_stage(error))
        message = text(upgradelink_error_message(error)) ?? self.status.description
        httpStatus = given(upgradelink_error_http_status(error)).map(Int.init)
        serviceCode = given(upgradelink_error_service_code(error))
        traceID = text(upgradelink_error_trace_id(error))
        docs = text(upgradelink_error_docs(error))
        osError = given(upgradelink_error_os_error(error))
        isRetryable = upgradelink_error_is_retryable(error) != 0
        retryAfter = given(upgradelink_error_retry_after_ms(error)).map { .milliseconds($0) }
    }
}

extension UpgradeLinkError: LocalizedError, CustomStringConvertible {
    /// The message.
    public var errorDescription: String? { message }

    /// The status and the message.
    public var description: String { "\(status): \(message)" }
}

extension UpgradeLinkError {
    /// What failed.
    public enum Status: OpenEnumeration, CustomStringConvertible {
        /// An argument or a property's value is not usable; nothing was sent.
        case invalidArgument
        /// The configuration is not usable.
        case config
        /// No connection: the name is not known, or nobody answers there.
        case connect
        /// The server's certificate or the handshake was refused.
        case tls
        /// A time limit was reached.
        case timeout
        /// Somebody else asked to stop, such as `CheckScheduler.stop()`.
        case cancelled
        /// What came is not an answer of the service.
        case reply
        /// The service or a file server refused.
        case service
        /// The service does not know the access key, or the signature is wrong.
        case authentication
        /// The application, the version or the file does not exist.
        case notFound
        /// Too many requests; try later.
        case rateLimited
        /// A file or a folder could not be used.
        case io
        /// The disk or the quota is full.
        case noSpace
        /// A size or a hash is not what was promised.
        case verify
        /// A patch was refused.
        case patch
        /// Somebody else is at it; try later.
        case busy
        /// The offered version is not above the one that runs.
        case downgrade
        /// A bug in the library.
        case `internal`
        /// This build or this process cannot do that.
        case unsupported
        /// A connection that stood broke.
        case network
        /// A status that this binding does not know.
        case unknown(Int32)

        /// The statuses with a name.
        public static let allCases: [Status] = [
            .invalidArgument, .config, .connect, .tls, .timeout, .cancelled, .reply, .service, .authentication,
            .notFound, .rateLimited, .io, .noSpace, .verify, .patch, .busy, .downgrade, .internal, .unsupported,
            .network,
        ]

        /// The number that stands for it.
        public var rawValue: Int32 {
            switch self {
            case .invalidArgument: UPGRADELINK_ERROR_INVALID_ARGUMENT
            case .config: UPGRADELINK_ERROR_CONFIG
            case .connect: UPGRADELINK_ERROR_CONNECT
            case .tls: UPGRADELINK_ERROR_TLS
            case .timeout: UPGRADELINK_ERROR_TIMEOUT
            case .cancelled: UPGRADELINK_ERROR_CANCELLED
            case .reply: UPGRADELINK_ERROR_REPLY
            case .service: UPGRADELINK_ERROR_SERVICE
            case .authentication: UPGRADELINK_ERROR_AUTHENTICATION
            case .notFound: UPGRADELINK_ERROR_NOT_FOUND
            case .rateLimited: UPGRADELINK_ERROR_RATE_LIMITED
            case .io: UPGRADELINK_ERROR_IO
            case .noSpace: UPGRADELINK_ERROR_NO_SPACE
            case .verify: UPGRADELINK_ERROR_VERIFY
            case .patch: UPGRADELINK_ERROR_PATCH
            case .busy: UPGRADELINK_ERROR_BUSY
            case .downgrade: UPGRADELINK_ERROR_DOWNGRADE
            case .internal: UPGRADELINK_ERROR_INTERNAL
            case .unsupported: UPGRADELINK_ERROR_UNSUPPORTED
            case .network: UPGRADELINK_ERROR_NETWORK
            case .unknown(let number): number
            }
        }

        /// The name of the status in every language, such as `NOT_FOUND`.
        public var description: String { text(upgradelink_status_name(rawValue)) ?? "UNKNOWN" }
    }

    /// Where a call failed.
    public enum Stage: OpenEnumeration {
        /// Before anything was done.
        case config
        /// Signing the request.
        case sign
        /// Resolving the name and connecting.
        case connect
        /// The TLS handshake.
        case tls
        /// Sending the request.
        case send
        /// Receiving the answer.
        case receive
        /// Reading what the answer says.
        case decode
        /// In the service.
        case service
        /// Downloading a file.
        case download
        /// Comparing a file with what was promised.
        case verify
        /// Applying a patch.
        case patch
        /// Reading or writing on this machine.
        case io
        /// A stage that this binding does not know.
        case unknown(Int32)

        /// The stages with a name.
        public static let allCases: [Stage] = [
            .config, .sign, .connect, .tls, .send, .receive, .decode, .service, .download, .verify, .patch, .io,
        ]

        /// The number that stands for it.
        public var rawValue: Int32 {
            switch self {
            case .config: UPGRADELINK_STAGE_CONFIG
            case .sign: UPGRADELINK_STAGE_SIGN
            case .connect: UPGRADELINK_STAGE_CONNECT
            case .tls: UPGRADELINK_STAGE_TLS
            case .send: UPGRADELINK_STAGE_SEND
            case .receive: UPGRADELINK_STAGE_RECEIVE
            case .decode: UPGRADELINK_STAGE_DECODE
            case .service: UPGRADELINK_STAGE_SERVICE
            case .download: UPGRADELINK_STAGE_DOWNLOAD
            case .verify: UPGRADELINK_STAGE_VERIFY
            case .patch: UPGRADELINK_STAGE_PATCH
            case .io: UPGRADELINK_STAGE_IO
            case .unknown(let number): number
            }
        }
    }
}
