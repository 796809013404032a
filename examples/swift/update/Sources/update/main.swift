// Asks whether there is an upgrade, begins to fetch it, changes its mind, and then fetches it.
//
//   update [ENDPOINT]
//
// ENDPOINT is the address of a dev server with its example catalogue (or UPGRADELINK_ENDPOINT). Exits with 0 when
// everything went as it should.
import Foundation
import UpgradeLink

let arguments = CommandLine.arguments
let environment = ProcessInfo.processInfo.environment
let endpoint = arguments.dropFirst().first ?? environment["UPGRADELINK_ENDPOINT"] ?? "http://127.0.0.1:8888"

var configuration = Configuration(accessKey: "exampleAccessKey", secretKey: "exampleSecretKey")
configuration.endpoint = endpoint
configuration.allowHTTP = endpoint.hasPrefix("http:")  // the dev server; the service speaks HTTPS only

do {
    let client = try Client(configuration)
    print("upgradelink \(Library.version) asks \(endpoint) from Swift")

    // Check.
    let query = Query(.apk, appKey: "exampleApk", versionCode: 1)
    let strategy = try await client.check(query)
    guard strategy.isAvailable else {
        print("already the newest")
        exit(1)
    }
    print("version \(strategy.versionName ?? "?") is out: \(strategy.prompt ?? "")")

    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("upgradelink-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var options = FetchOptions(folder: folder)

    // Cancel: what has come stays for the next fetch.
    options.maxBytesPerSecond = 50_000
    try await cancelInTheMiddle(client, strategy, options)

    // Fetch, step by step.
    options.maxBytesPerSecond = nil
    var file: Artifact?
    for try await step in client.fetchSteps(strategy, options) {
        switch step {
        case .progress(let progress):
            print("\(progress.phase): \(progress.done) of \(progress.total.map(String.init) ?? "?") bytes")
        case .finished(let artifact):
            print("\(artifact.origin): \(artifact.size) bytes in \(artifact.file.lastPathComponent)")
            file = artifact
        }
    }
    exit(file?.checked == [.size, .md5] && file?.origin == .resumed ? 0 : 1)
} catch let error as UpgradeLinkError {
    print("update: \(error)")
    exit(2)
}

/// Fetches in a task of its own and cancels it as soon as something has come.
func cancelInTheMiddle(_ client: Client, _ strategy: Strategy, _ options: FetchOptions) async throws {
    let (begun, begin) = AsyncStream.makeStream(of: UInt64.self)
    let task = Task {
        try await client.fetch(strategy, options) { progress in
            if progress.done > 0 { begin.yield(progress.done) }
        }
    }
    for await done in begun {
        print("cancelled after \(done) bytes")
        task.cancel()
        break
    }
    do {
        _ = try await task.value
        print("cancelled too late")
        exit(1)
    } catch is CancellationError {
        // As it should be.
    }
}
