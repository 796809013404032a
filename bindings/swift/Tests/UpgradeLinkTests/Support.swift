import Foundation

@testable import UpgradeLink

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The dev server with the catalogue beside these tests and `--admin`.
let endpoint = ProcessInfo.processInfo.environment["UPGRADELINK_ENDPOINT"] ?? "http://127.0.0.1:8888"

func configuration() -> Configuration {
    var configuration = Configuration(accessKey: "access", secretKey: "secret")
    configuration.endpoint = endpoint
    configuration.allowHTTP = true
    configuration.proxy = .direct
    return configuration
}

func client() throws -> Client {
    try Client(configuration())
}

/// A link to a file of the dev server.
func link(_ name: String) -> Link {
    Link("\(endpoint)/files/\(name)")
}

/// What the dev server has been asked so far.
func requests() async throws -> String {
    let (data, _) = try await URLSession.shared.data(from: URL(string: "\(endpoint)/_dev/requests")!)
    return String(decoding: data, as: UTF8.self)
}

/// Waits until a request has come that holds this text.
func requestCame(_ text: String) async throws {
    while try await !requests().contains(text) {
        try await Task.sleep(for: .milliseconds(20))
    }
}

/// A folder for one test.
final class Folder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("upgradelink-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(at: url)
    }

    func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
    }
}

/// The error that a call of the library throws.
func failure(_ call: () async throws -> Void) async -> UpgradeLinkError? {
    do {
        try await call()
        return nil
    } catch {
        return error as? UpgradeLinkError
    }
}
