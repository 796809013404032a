import Foundation
import Testing
import UpgradeLink

/// What is thrown.
struct ErrorTests {
    @Test func anErrorOfTheServiceHasEveryField() async throws {
        let client = try client()
        let error = await failure { _ = try await client.check(Query(.mac, appKey: "app", versionCode: 1, arch: "arm64")) }
        #expect(error?.status == .rateLimited)
        #expect(error?.stage == .service)
        #expect(error?.httpStatus == 429)
        #expect(error?.serviceCode == 429001)
        #expect(error?.isRetryable == true)
        #expect(error?.retryAfter == .seconds(7))
        #expect(error?.osError == nil)
        #expect(error?.traceID == nil)
        #expect(error?.docs == nil)
        #expect(error.map { $0.description == "RATE_LIMITED: \($0.message)" } == true)
        #expect(error.map { $0.localizedDescription == $0.message } == true)
    }

    @Test func aPageIsNoAnswer() async throws {
        let client = try client()
        let error = await failure { _ = try await client.check(Query(.win, appKey: "app", versionCode: 1, arch: "x64")) }
        #expect(error?.status == .reply)
        #expect(error?.stage == .decode)
        #expect(error?.serviceCode == nil)
        #expect(error?.message.contains("welcome to the hotel") == true)
    }

    @Test func anApplicationThatNobodyKnowsIsNotFound() async throws {
        let client = try client()
        let error = await failure { _ = try await client.check(Query(.url, appKey: "nobody", versionCode: 1)) }
        #expect(error?.status == .notFound)
        #expect(error?.serviceCode == 404001)
        #expect(error?.docs?.hasPrefix("No corresponding application version found.") == true)
    }

    @Test func aWrongQueryIsRefusedBeforeAnythingIsSent() async throws {
        let client = try client()
        let error = await failure { _ = try await client.check(Query(.win, appKey: "never-sent", versionCode: 1)) }
        #expect(error?.status == .invalidArgument)
        #expect(error?.message.contains("arch") == true)
        #expect(try await !requests().contains("never-sent"))
    }

    @Test func aWrongConfigurationIsNamed() async throws {
        var wrong = configuration()
        wrong.endpoint = "nonsense"
        let error = await failure { [wrong] in _ = try Client(wrong) }
        #expect(error?.status == .config)
        #expect(error?.message.contains("endpoint") == true)
    }

    @Test func aFileThatIsNotThereHasItsNumberOfTheSystem() async throws {
        let error = await failure { _ = try Patch(file: URL(fileURLWithPath: "/nowhere/1-2.patch")).inspect() }
        #expect(error?.status == .io)
        #expect(error?.osError == 2)
    }

    @Test func everyStatusAndStageKeepsItsNumber() {
        #expect(UpgradeLinkError.Status.allCases.map(\.rawValue) == Array(1...20))
        #expect(UpgradeLinkError.Stage.allCases.map(\.rawValue) == Array(1...12))
        #expect(UpgradeLinkError.Status(rawValue: 21) == .unknown(21))
        #expect(UpgradeLinkError.Status.noSpace.description == "NO_SPACE")
        #expect(UpgradeLinkError.Status.unknown(21).description == "UNKNOWN")
    }

    @Test func theSecretIsNotPrinted() {
        var text = "\(configuration()) \(String(reflecting: configuration()))"
        dump(configuration(), to: &text)
        #expect(text.contains("access"))
        #expect(!text.contains("\"secret\""))
        #expect(!text.contains("secretKey"))
    }
}
