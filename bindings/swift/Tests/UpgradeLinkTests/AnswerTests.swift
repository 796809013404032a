import Foundation
import Testing
import UpgradeLink

/// What the service answers, read from Swift.
struct AnswerTests {
    @Test func aStrategyHasEveryField() async throws {
        let query = Query(.apk, appKey: "whole", versionCode: 1, patchAlgorithm: .hdiffpatch)
        let strategy = try await client().check(query)
        #expect(strategy.isAvailable)
        #expect(strategy.kind == .apk)
        #expect(strategy.appKey == "whole")
        #expect(strategy.packageName == "com.example.app")
        #expect(strategy.versionName == "二 2.0")
        #expect(strategy.versionCode == 9_007_199_254_740_993)
        #expect(strategy.url == "https://example.com/2.apk")
        #expect(strategy.fileSize == 5_000_000_000)
        #expect(strategy.fileMD5 == "36ee2a36b5d20d1008507d253423eea7")
        #expect(strategy.upgradeType == .force)
        #expect(strategy.prompt == "Restart, please")
        #expect(strategy.patchAlgorithm == .hdiffpatch)
        #expect(strategy.patchURL == "https://example.com/1-2.patch")
        #expect(strategy.patchFileSize == 203)
        #expect(strategy.patchFileMD5 == "0cc175b9c0f1b6a831c399e269772661")
        #expect(strategy.content == nil)
        #expect(strategy.message == "New version obtained")
        #expect(strategy.json.hasPrefix(#"{"code":200,"#))
        #expect(strategy.age == .zero)
    }

    @Test func whatTheServiceDoesNotGiveIsNil() async throws {
        let strategy = try await client().check(Query(.url, appKey: "bare", versionCode: 1))
        #expect(strategy.packageName == nil)
        #expect(strategy.fileSize == nil)
        #expect(strategy.fileMD5 == nil)
        #expect(strategy.prompt == nil)
        #expect(strategy.patchURL == nil)
        #expect(strategy.patchFileSize == nil)
    }

    @Test func aConfigurationComesByteForByteAndItsUnknownTypeIsKept() async throws {
        let strategy = try await client().check(Query(.configuration, appKey: "settings", versionCode: 1))
        #expect(strategy.content == #"{"z": 1, "a": 9007199254740993}"#)
        #expect(strategy.upgradeType == .unknown(77))
    }

    @Test func theNewestVersionIsOfferedNothing() async throws {
        let strategy = try await client().check(Query(.url, appKey: "bare", versionCode: 2))
        #expect(!strategy.isAvailable)
        #expect(strategy.upgradeType == .unknown(0))
        #expect(strategy.versionCode == 0)
    }

    @Test func detailsHaveEveryField() async throws {
        let details = try await client().describe(Query(.apk, appKey: "whole", versionCode: 1))
        #expect(details.appKey == "whole")
        #expect(details.packageName == "com.example.app")
        #expect(details.versionName == "二 2.0")
        #expect(details.versionCode == 9_007_199_254_740_993)
        #expect(details.description == "Faster & smaller")
        #expect(details.json.contains("Faster"))
    }

    @Test func statisticsHaveEveryFigure() async throws {
        let statistics = try await client().measure(appKey: "bare")
        #expect(statistics.downloads.yesterday == 1)
        #expect(statistics.downloads.total == 2)
        #expect(statistics.strategies.yesterday == 3)
        #expect(statistics.strategies.total == 4)
        #expect(statistics.upgrades.yesterday == 5)
        #expect(statistics.upgrades.total == 6)
        #expect(statistics.starts.yesterday == 7)
        #expect(statistics.starts.total == 9_007_199_254_740_993)
        #expect(statistics.days.map(\.name) == ["2026-01-04", "2026-01-05"])
        #expect(statistics.days.map(\.downloads) == [10, 12])
        #expect(statistics.days.map(\.starts) == [40, 42])
        #expect(statistics.json.contains("9007199254740993"))
    }

    @Test func aSnapshotSurvivesEncoding() async throws {
        let query = Query(.configuration, appKey: "settings", versionCode: 1)
        let snapshot = try await client().check(query).snapshot
        let encoded = try JSONEncoder().encode(snapshot)
        #expect(String(decoding: encoded, as: UTF8.self).contains(#""upgradeType":77"#))
        #expect(try JSONDecoder().decode(Strategy.Snapshot.self, from: encoded) == snapshot)
    }

    @Test func anEnumerationIsEncodedAsItsNumber() throws {
        #expect(String(decoding: try JSONEncoder().encode([Kind.apk, .unknown(9)]), as: UTF8.self) == "[3,9]")
        #expect(try JSONDecoder().decode([Kind].self, from: Data("[7,8]".utf8)) == [.lnx, .unknown(8)])
    }

    @Test func theLibraryIsTheOneThatTheBindingWasBuiltFor() {
        #expect(Library.version == "0.1.0")
        #expect(Library.versionNumber == 1000)
        #expect(Library.builtFor == Library.versionNumber)
        #expect(Library.has("http"))
        #expect(!Library.has("teleportation"))
    }
}
