import Foundation
import Testing

@testable import UpgradeLink

/// HTTP of the application's own.
struct TransportTests {
    private func client(_ open: @escaping @Sendable (TransportRequest) throws -> TransportResponse) throws -> Client {
        var configuration = Configuration(accessKey: "access", secretKey: "secret")
        configuration.endpoint = "https://updates.example.com"
        configuration.maxAttempts = 1
        configuration.transport = Closure(answer: open)
        return try Client(configuration)
    }

    private let query = Query(.url, appKey: "bare", versionCode: 1)

    @Test func aRequestIsHandedOverWholeAndItsAnswerIsRead() async throws {
        let seen = Locked<TransportRequest?>(nil)
        let client = try client { request in
            seen.with { $0 = request }
            let body = #"{"code":200,"msg":"二","data":{"urlKey":"bare","versionCode":9,"urlPath":"https://example.com/9"}}"#
            return TransportResponse(
                status: 200, headers: [TransportHeader("Content-Type", "application/json")], body: Data(body.utf8))
        }
        let strategy = try await client.check(query)
        #expect(strategy.versionCode == 9)
        #expect(strategy.message == "二")
        let request = try #require(seen.with { $0 })
        #expect(request.method == "POST")
        #expect(request.url == "https://updates.example.com/v1/url/upgrade")
        #expect(request.body.map { String(decoding: $0, as: UTF8.self) } == #"{"urlKey":"bare","versionCode":1}"#)
        #expect(request.headers.contains(TransportHeader("X-AccessKey", "access")))
        #expect(request.timeout != nil)
    }

    @Test(arguments: [UpgradeLinkError.Status.connect, .tls, .network])
    func aFailureOfTheTransportIsTheCalls(status: UpgradeLinkError.Status) async throws {
        let client = try client { _ in throw TransportError(status) }
        #expect(await failure { _ = try await client.check(query) }?.status == status)
    }

    @Test func aBodyThatBreaksIsANetworkFailure() async throws {
        struct Broken: Error {}
        final class Body: TransportBody {
            func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { throw Broken() }
        }
        let client = try client { _ in TransportResponse(status: 200, body: Body()) }
        #expect(await failure { _ = try await client.check(query) }?.status == .network)
    }

    @Test func aRequestThatBlocksIsToldToStop() async throws {
        let begun = AsyncStream.makeStream(of: Void.self)
        let stopped = AsyncStream.makeStream(of: Void.self)
        let client = try client { request in
            let mayEnd = DispatchSemaphore(value: 0)
            request.onCancel {
                stopped.continuation.yield()
                mayEnd.signal()
            }
            begun.continuation.yield()
            mayEnd.wait()
            throw CancellationError()
        }
        let task = Task { try await client.check(query) }
        for await _ in begun.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        for await _ in stopped.stream { break }
    }
}

private struct Closure: Transport {
    let answer: @Sendable (TransportRequest) throws -> TransportResponse

    func open(_ request: TransportRequest) throws -> TransportResponse {
        try answer(request)
    }
}
