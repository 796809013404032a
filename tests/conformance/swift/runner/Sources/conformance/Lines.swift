import Foundation
import UpgradeLink

/// What the lines of a case set, as the values of the binding.
final class Lines {
    private var set: [String: [(field: String, value: String)]] = [:]

    func set(_ line: String, _ field: String, _ value: String) {
        set[line, default: []].append((field, value))
    }

    func last(_ line: String, _ field: String) -> String? {
        set[line]?.last { $0.field == field }?.value
    }

    func argument(_ field: String) throws -> String {
        guard let value = last("argument", field) else { throw Wrong("the argument \(field) is missing") }
        return value
    }

    func configuration(log: Collected<[String]>) throws -> Configuration {
        var configuration = Configuration(accessKey: "access", secretKey: "secret")
        for (field, value) in set["config"] ?? [] {
            switch field {
            case "access_key": configuration.accessKey = value
            case "secret_key": configuration.secretKey = value
            case "endpoint": configuration.endpoint = text(value)
            case "allow_http": configuration.allowHTTP = try truth(value)
            case "proxy": configuration.proxy = value == "(null)" ? .environment : value.isEmpty ? .direct : .url(value)
            case "connect_timeout_ms": configuration.connectTimeout = try milliseconds(value)
            case "response_timeout_ms": configuration.responseTimeout = try milliseconds(value)
            case "total_timeout_ms": configuration.totalTimeout = try milliseconds(value)
            case "max_attempts": configuration.maxAttempts = try number(value)
            case "ca_pem": configuration.certificateAuthorities = text(value)
            case "platform_roots": configuration.platformRoots = try truth(value)
            case "user_agent": configuration.userAgent = text(value)
            case "device_key": configuration.deviceKey = text(value)
            case "device_model_key": configuration.deviceModelKey = text(value)
            case "state_folder": configuration.stateFolder = text(value).map { URL(fileURLWithPath: $0) }
            case "public_key": configuration.publicKeys.append(value)
            case "signature_policy": configuration.signaturePolicy = try named(value, Names.signaturePolicies)
            case "log":
                configuration.log = .init(upTo: try named(value, Names.logLevels)) { _, line in log.change { $0.append(line) } }
            default: throw Wrong("unknown field: config \(field)")
            }
        }
        return configuration
    }

    func query() throws -> Query {
        var query = Query(.url, appKey: "", versionCode: 1)
        for (field, value) in set["query"] ?? [] {
            switch field {
            case "kind": query.kind = try named(value, Names.kinds)
            case "app_key": query.appKey = value
            case "version_code": query.versionCode = try number(value)
            case "arch": query.arch = text(value)
            case "appoint_version_code": query.appointVersionCode = try number(value)
            case "device_key": query.deviceKey = text(value)
            case "device_model_key": query.deviceModelKey = text(value)
            case "patch_algo": query.patchAlgorithm = try named(value, Names.patchAlgorithms)
            default: throw Wrong("unknown field: query \(field)")
            }
        }
        return query
    }

    func options() throws -> FetchOptions {
        var options = FetchOptions(folder: URL(fileURLWithPath: last("option", "folder") ?? ""))
        for (field, value) in set["option"] ?? [] {
            switch field {
            case "folder": break
            case "base_file": options.baseFile = text(value).map { URL(fileURLWithPath: $0) }
            case "file_name": options.fileName = text(value)
            case "sha256": options.sha256 = text(value)
            case "require_hash": options.requireHash = try truth(value)
            case "max_size": options.maxSize = try text(value).map(number)
            case "allow_downgrade": options.allowDowngrade = try truth(value)
            case "stall_timeout_ms": options.stallTimeout = try milliseconds(value)
            case "lock_wait_ms": options.lockWait = try milliseconds(value)
            case "keep_partial": options.keepPartial = try truth(value)
            case "max_bytes_per_second": options.maxBytesPerSecond = try number(value)
            case "report": options.report = try truth(value)
            default: throw Wrong("unknown field: option \(field)")
            }
        }
        return options
    }

    func link() throws -> Link {
        var link = Link("")
        for (field, value) in set["link"] ?? [] {
            switch field {
            case "url": link.url = value
            case "size": link.size = try text(value).map(number)
            case "md5": link.md5 = text(value)
            default: throw Wrong("unknown field: link \(field)")
            }
        }
        return link
    }

    func patch() throws -> (patch: Patch, base: URL, output: URL, options: Patch.Options) {
        let file = { (field: String) in URL(fileURLWithPath: self.last("patch", field) ?? "") }
        var options = Patch.Options()
        for (field, value) in set["patch"] ?? [] {
            switch field {
            case "base", "patch", "output": break
            case "expected_size": options.expectedSize = try text(value).map(number)
            case "expected_md5": options.expectedMD5 = text(value)
            case "max_window": options.maxWindow = try number(value)
            default: throw Wrong("unknown field: patch \(field)")
            }
        }
        return (Patch(file: file("patch")), file("base"), file("output"), options)
    }

    func event() throws -> Event {
        let date = { (value: String) in Date(timeIntervalSince1970: Double(try self.number(value) as Int64) / 1000) }
        let version = { (field: String) in try self.last("event", field).map { try self.number($0) as Int64 } ?? 0 }
        let outcome = Event.Outcome(rawValue: try version("code"))
        let what: Event.What
        switch last("event", "type") ?? "start" {
        case "start": what = .start(launched: try last("event", "launch_time").map(date))
        case "download": what = .download(of: try version("download_version_code"), outcome)
        case "upgrade": what = .upgrade(to: try version("upgrade_version_code"), outcome)
        case let other: throw Wrong("Swift has no event of type \(other)")
        }
        var event = Event(what, appKey: "", versionCode: 1)
        for (field, value) in set["event"] ?? [] {
            switch field {
            case "type", "launch_time", "download_version_code", "upgrade_version_code", "code": break
            case "app_key": event.appKey = value
            case "version_code": event.versionCode = try number(value)
            case "time": event.time = try date(value)
            case "device_key": event.deviceKey = text(value)
            case "device_model_key": event.deviceModelKey = text(value)
            case "target": event.target = text(value)
            case "arch": event.arch = text(value)
            default: throw Wrong("unknown field: event \(field)")
            }
        }
        return event
    }

    // Values

    private func text(_ value: String) -> String? { value == "(null)" ? nil : value }

    private func truth(_ value: String) throws -> Bool {
        guard let truth = Bool(value) else { throw Wrong("not a truth value: \(value)") }
        return truth
    }

    func number<Number: FixedWidthInteger>(_ value: String) throws -> Number {
        guard let number = Number(value) else { throw Wrong("not a number: \(value)") }
        return number
    }

    func milliseconds(_ value: String) throws -> Duration { .milliseconds(try number(value) as Int64) }

    private func named<Value: OpenEnumeration>(_ value: String, _ names: [(String, Value)]) throws -> Value {
        if let found = names.first(where: { $0.0 == value }) {
            return found.1
        }
        return Value(rawValue: try number(value))
    }
}

/// The list's names of the cases of each enumeration.
enum Names {
    static let kinds: [(String, Kind)] = [
        ("url", .url), ("file", .file), ("apk", .apk), ("configuration", .configuration), ("win", .win), ("mac", .mac),
        ("lnx", .lnx),
    ]
    static let upgradeTypes: [(String, UpgradeType)] = [
        ("unknown", .unknown(0)), ("prompt", .prompt), ("silent", .silent), ("force", .force),
    ]
    static let patchAlgorithms: [(String, PatchAlgorithm)] = [("none", .full), ("hdiffpatch", .hdiffpatch)]
    static let origins: [(String, Origin)] = [
        ("downloaded", .downloaded), ("resumed", .resumed), ("patched", .patched), ("present", .present),
    ]
    static let signaturePolicies: [(String, SignaturePolicy)] = [
        ("off", .off), ("when_present", .whenPresent), ("required", .required),
    ]
    static let logLevels: [(String, LogLevel)] = [("error", .error), ("warn", .warn), ("info", .info), ("debug", .debug)]
    static let stages: [(String, UpgradeLinkError.Stage)] = [
        ("config", .config), ("sign", .sign), ("connect", .connect), ("tls", .tls), ("send", .send),
        ("receive", .receive), ("decode", .decode), ("service", .service), ("download", .download),
        ("verify", .verify), ("patch", .patch), ("io", .io),
    ]

    static func name<Value: OpenEnumeration>(_ value: Value, _ names: [(String, Value)]) -> String {
        names.first { $0.1 == value }?.0 ?? String(value.rawValue)
    }
}
