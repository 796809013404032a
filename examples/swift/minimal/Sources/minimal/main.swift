// Asks whether version 1 of an application is still the newest; the argument is the server's address.
import UpgradeLink

var configuration = Configuration(
    accessKey: "mui2W50H1j-OC4xD6PgQag", secretKey: "PEbdHFGC0uO_Pch7XWBQTMsFRxKPQAM2565eP8LJ3gc")
if let server = CommandLine.arguments.dropFirst().first {
    configuration.endpoint = server
    configuration.allowHTTP = true  // for a local server only
}
let client = try Client(configuration)
let strategy = try await client.check(Query(.url, appKey: "SkEgKQ4SyLmzazl31fJnAw", versionCode: 1))
if strategy.isAvailable {
    print("\(strategy.versionName ?? "?") is out: \(strategy.url ?? "?")")
} else {
    print("already the newest")
}
