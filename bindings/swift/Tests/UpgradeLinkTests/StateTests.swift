import Foundation
import Testing
import UpgradeLink

/// Events, what is remembered, the scheduler and the log.
struct StateTests {
    let folder: Folder

    init() throws {
        folder = try Folder()
    }

    private func remembering() throws -> Client {
        var configuration = configuration()
        configuration.stateFolder = folder.url.appendingPathComponent("状态")
        return try Client(configuration)
    }

    @Test func anEventIsReportedWithEveryField() async throws {
        let time = Date(timeIntervalSince1970: 1_767_603_600)
        var event = Event(.start(launched: time - 1), appKey: "events-in-swift", versionCode: 3, time: time)
        event.deviceKey = "设备"
        event.deviceModelKey = "model"
        event.target = "linux"
        event.arch = "x86_64"
        try await client().report(event)
        let sent = try await requests()
        for part in [
            #"\"appKey\":\"events-in-swift\",\"timestamp\":\"2026-01-05T09:00:00Z\""#,
            #"\"launchTime\":\"2026-01-05T08:59:59Z\",\"versionCode\":3"#, #"\"devKey\":\"设备\""#,
            #"\"target\":\"linux\",\"arch\":\"x86_64\""#,
        ] {
            #expect(sent.contains(part), "\(part)")
        }
    }

    @Test func anOutcomeOfYourOwnIsSent() async throws {
        try await client().report(
            Event(.upgrade(to: 31, Event.Outcome(rawValue: 4711)), appKey: "bare", versionCode: 30))
        #expect(try await requests().contains(#"\"versionCode\":30,\"upgradeVersionCode\":31,\"code\":4711"#))
    }

    @Test func anUpgradeIsReportedByTheVersionThatCameOfIt() async throws {
        let client = try remembering()
        let strategy = try await client.check(Query(.url, appKey: "bare", versionCode: 1))
        try await client.rememberUpgrade(strategy)
        try await client.reportStarted(appKey: "bare", versionCode: 2)
        try await client.flush(within: .seconds(30))
        let counts = try await client.countEvents()
        #expect(counts.waiting == 0 && counts.dropped == 0)
        #expect(try await requests().contains(#"\"versionCode\":1,\"upgradeVersionCode\":2,\"code\":0"#))
    }

    @Test func theLastAnswerIsKept() async throws {
        let query = Query(.apk, appKey: "whole", versionCode: 1)
        _ = try await remembering().check(query)
        let last = try await remembering().lastStrategy(for: query)
        #expect(last.versionCode == 9_007_199_254_740_993)
        #expect(last.age < .seconds(60))
    }

    @Test func whatTheUserDoesNotWantIsNotOffered() async throws {
        let client = try remembering()
        let strategy = try await client.check(Query(.url, appKey: "bare", versionCode: 1))
        #expect(client.isWanted(strategy))
        try await client.snooze(strategy, until: Date() + 3600)
        #expect(!client.isWanted(strategy))
        try await client.snooze(strategy, until: Date(timeIntervalSince1970: 1))
        #expect(client.isWanted(strategy))
        try await client.skip(strategy)
        #expect(!client.isWanted(strategy))
    }

    @Test func nothingIsRememberedWithoutAFolder() async throws {
        let client = try client()
        let strategy = try await client.check(Query(.url, appKey: "bare", versionCode: 1))
        let error = await failure { try await client.skip(strategy) }
        #expect(error?.status == .config)
    }

    @Test func aSchedulerChecksWhenAsked() async throws {
        let scheduler = try CheckScheduler(client(), Query(.url, appKey: "bare", versionCode: 1), every: .seconds(60))
        #expect(try await scheduler.check().versionCode == 2)
        #expect(scheduler.dueIn > .zero)
    }

    @Test func aSchedulerTellsWhenACheckIsDue() async throws {
        let scheduler = try CheckScheduler(client(), Query(.url, appKey: "bare", versionCode: 1), every: .seconds(1))
        _ = try await scheduler.check()
        var answers: [Int64] = []
        for await _ in try scheduler.dueTimes() {
            answers.append(try await scheduler.check().versionCode)
            if answers.count == 2 { break }
        }
        #expect(answers == [2, 2])
    }

    @Test func aSchedulerRunsOnceAtATimeAndCanBeStartedAgain() async throws {
        let scheduler = try CheckScheduler(client(), Query(.url, appKey: "bare", versionCode: 1), every: .seconds(60))
        var running: AsyncStream<Void>? = try scheduler.dueTimes()
        let error = await failure { _ = try scheduler.dueTimes() }
        #expect(error?.status == .invalidArgument)
        _ = running
        running = nil
        _ = try scheduler.dueTimes()
    }

    @Test func aSchedulerThatIsTooEagerIsRefused() async throws {
        let query = Query(.url, appKey: "bare", versionCode: 1)
        let error = await failure { _ = try CheckScheduler(client(), query, every: .milliseconds(999)) }
        #expect(error?.status == .invalidArgument)
    }

    @Test func theLogTellsOfRequestsAndNoSecret() async throws {
        let lines = Collected()
        var configuration = configuration()
        configuration.log = .init(upTo: .debug) { level, line in lines.add("\(level) \(line)") }
        _ = try await Client(configuration).check(Query(.url, appKey: "bare", versionCode: 1))
        #expect(lines.all.contains { $0.hasPrefix("debug") && $0.contains("/v1/url/upgrade") })
        #expect(!lines.all.contains { $0.contains("secret") })
    }
}

private final class Collected: @unchecked Sendable {
    private let lock = NSLock()
    private var lines: [String] = []

    var all: [String] { lock.withLock { lines } }

    func add(_ line: String) {
        lock.withLock { lines.append(line) }
    }
}
