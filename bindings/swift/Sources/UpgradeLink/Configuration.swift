import CUpgradeLink
import Foundation

/// What a client is made of. A property that is `nil` has the library's default.
///
/// ```swift
/// var configuration = Configuration(accessKey: "accessKey", secretKey: "secretKey")
/// configuration.stateFolder = .applicationSupportDirectory.appending(path: "updates")
/// let client = try Client(configuration)
/// ```
///
/// Here and everywhere else, what follows a NUL in a text is not seen.
public struct Configuration: Sendable {
    /// The access key of the pair from the service's console.
    public var accessKey: String
    /// The secret key. It is never printed.
    public var secretKey: String
    /// Another server: an absolute link such as `https://updates.example.com`.
    public var endpoint: String?
    /// Allows plain HTTP for the service and for files. Anybody on the way could then read and change
    /// answers and files.
    public var allowHTTP = false
    /// Limits resolving, connecting and the TLS handshake together. Default: 10 seconds.
    public var connectTimeout: Duration?
    /// Limits the wait for the first byte of an answer, and for each further one. Default: 20 seconds.
    public var responseTimeout: Duration?
    /// Limits a whole call of the service, all its attempts and the pauses between them; a fetch is not
    /// bound by it. Default: 30 seconds.
    public var totalTimeout: Duration?
    /// How often a request is sent at most when the network fails, 1 to 100. Default: 3.
    public var maxAttempts: UInt32?
    /// How the service is reached.
    public var proxy = Proxy.environment
    /// Certificates in PEM that are trusted beside the bundled roots.
    public var certificateAuthorities: String?
    /// Lets the operating system judge certificates, by its own roots and settings, instead of the bundled roots.
    /// `Client` throws `unsupported` where the library or the platform cannot, and `config` where there are no roots.
    public var platformRoots = false
    /// The application's own HTTP; `nil` takes the built-in one.
    public var transport: (any Transport)?
    /// The User-Agent of every request. Default: `upgradelink/` and the version.
    public var userAgent: String?
    /// The device's key, at most 128 characters, by which the service targets groups of devices.
    public var deviceKey: String?
    /// The key of the device's model, at most 128 characters, by which the service targets models.
    public var deviceModelKey: String?
    /// A folder of the application's own where events wait, and where the last answers, the user's choices
    /// and the plan of checks are kept. It is made where it is missing. `nil` keeps nothing.
    public var stateFolder: URL?
    /// Public keys of minisign that may sign files. With one or more, each file needs a signature by one
    /// of them.
    public var publicKeys: [String] = []
    /// Whether files need a signature. Default: `required` with public keys, `off` without.
    public var signaturePolicy: SignaturePolicy?
    /// Takes the lines of the log.
    public var log: Log?

    /// A configuration with the service's own address and the default limits.
    public init(accessKey: String, secretKey: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
    }

    /// How the service is reached.
    public enum Proxy: Hashable, Sendable {
        /// By ALL_PROXY, HTTPS_PROXY, HTTP_PROXY and NO_PROXY, as they are when the client is made.
        case environment
        /// Without a proxy.
        case direct
        /// By a proxy such as `http://user:password@proxy.example.com:3128`. SOCKS is not supported.
        case url(String)
    }

    /// Takes the lines of the log.
    public struct Log: Sendable {
        /// The least that a line must matter.
        public var level: LogLevel
        /// Takes a line, on whichever thread has something to say.
        public var write: @Sendable (_ level: LogLevel, _ message: String) -> Void

        /// Lets `write` have every line up to `level`.
        public init(upTo level: LogLevel, write: @escaping @Sendable (_ level: LogLevel, _ message: String) -> Void) {
            self.level = level
            self.write = write
        }
    }
}

extension Configuration: CustomStringConvertible, CustomReflectable {
    /// Without the secret key.
    public var description: String { "Configuration(accessKey: \(accessKey))" }

    /// Without the secret key, for `dump` too.
    public var customMirror: Mirror { Mirror(self, children: ["accessKey": accessKey]) }
}

/// What the C library calls on behalf of a client.
final class Callbacks: Sendable {
    let log: LogSink?
    let transport: TransportBridge?

    init(_ configuration: Configuration) {
        log = configuration.log.map(LogSink.init)
        transport = configuration.transport.map(TransportBridge.init)
    }
}

/// What the C library calls with its lines.
final class LogSink: Sendable {
    let write: @Sendable (LogLevel, String) -> Void

    init(_ log: Configuration.Log) {
        write = log.write
    }
}

private func lineWasLogged(userData: UnsafeMutableRawPointer?, level: upgradelink_log_level, message: UnsafePointer<CChar>?) {
    guard let userData, let message = text(message) else { return }
    Unmanaged<LogSink>.fromOpaque(userData).takeUnretainedValue().write(LogLevel(rawValue: level), message)
}

extension Configuration {
    /// Lends a handle that says the same. `callbacks` must outlive every client that is made of it.
    func withHandle<Result>(_ callbacks: Callbacks, _ body: (OpaquePointer?) throws -> Result) rethrows -> Result {
        let handle = upgradelink_config_new(accessKey, secretKey)
        defer { upgradelink_config_free(handle) }
        set(handle, endpoint, upgradelink_config_set_endpoint)
        upgradelink_config_set_allow_http(handle, allowHTTP ? 1 : 0)
        set(handle, connectTimeout?.limit, upgradelink_config_set_connect_timeout_ms)
        set(handle, responseTimeout?.limit, upgradelink_config_set_response_timeout_ms)
        set(handle, totalTimeout?.limit, upgradelink_config_set_total_timeout_ms)
        set(handle, maxAttempts, upgradelink_config_set_max_attempts)
        switch proxy {
        case .environment: upgradelink_config_set_proxy(handle, nil)
        case .direct: upgradelink_config_set_proxy(handle, "")
        case .url(let url): upgradelink_config_set_proxy(handle, url)
        }
        if let pem = certificateAuthorities {
            upgradelink_config_set_ca_pem(handle, pem, pem.utf8.count)
        }
        upgradelink_config_set_platform_roots(handle, platformRoots ? 1 : 0)
        set(handle, userAgent, upgradelink_config_set_user_agent)
        set(handle, deviceKey, upgradelink_config_set_device_key)
        set(handle, deviceModelKey, upgradelink_config_set_device_model_key)
        set(handle, stateFolder?.path, upgradelink_config_set_state_folder)
        for key in publicKeys {
            upgradelink_config_add_public_key(handle, key)
        }
        set(handle, signaturePolicy?.rawValue, upgradelink_config_set_signature_policy)
        if let log, let sink = callbacks.log {
            upgradelink_config_set_log(handle, log.level.rawValue, lineWasLogged, Unmanaged.passUnretained(sink).toOpaque())
        }
        callbacks.transport?.withHandle { upgradelink_config_set_transport(handle, $0) }
        return try body(handle)
    }
}
