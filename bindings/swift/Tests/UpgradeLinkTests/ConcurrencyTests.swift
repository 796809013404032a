import Foundation
import Testing

@testable import UpgradeLink

/// Tasks, cancellation and memory.
struct ConcurrencyTests {
    @Test func tenTasksShareAClient() async throws {
        let client = try client()
        let versions = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<10 {
                group.addTask { try await client.check(Query(.apk, appKey: "whole", versionCode: 1)).versionCode }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(versions == Array(repeating: 9_007_199_254_740_993, count: 10))
    }

    @Test func cancellingTheTaskEndsACheck() async throws {
        let client = try client()
        let task = Task { try await client.check(Query(.lnx, appKey: "in-the-middle", versionCode: 1, arch: "x64")) }
        try await requestCame("in-the-middle")
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aTaskThatIsCancelledAlreadySendsNothing() async throws {
        let client = try client()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await client.check(Query(.url, appKey: "cancelled-before", versionCode: 1))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await !requests().contains("cancelled-before"))
    }

    @Test func aTimeLimitCancelsThroughATaskGroup() async throws {
        let client = try client()
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { _ = try await client.check(Query(.lnx, appKey: "limited", versionCode: 1, arch: "x64")) }
                group.addTask {
                    try await Task.sleep(for: .milliseconds(50))
                    throw CancellationError()
                }
                try await group.next()
            }
        }
    }

    @Test func cancellingEndsTheWaitForABlockingCall() async throws {
        let begun = AsyncStream.makeStream(of: Void.self)
        let mayEnd = DispatchSemaphore(value: 0)
        let task = Task {
            try await onAnotherThread {
                begun.continuation.yield()
                mayEnd.wait()
            }
        }
        for await _ in begun.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        mayEnd.signal()
    }

    @Test func theLastReferenceFreesAHandle() throws {
        let pointer = OpaquePointer(bitPattern: 1)!
        let freed = Locked<[Int]>([])
        var handle: Handle? = Handle(pointer) { gone in freed.with { $0.append(Int(bitPattern: gone)) } }
        handle?.use { #expect($0 == pointer) }
        #expect(freed.with { $0 } == [])
        handle = nil
        #expect(freed.with { $0 } == [1])
    }

    @Test func clientsStrategiesAndSchedulersAreFreed() async throws {
        weak var client: Handle?
        weak var strategy: Handle?
        weak var callbacks: Callbacks?
        do {
            var configuration = configuration()
            configuration.log = .init(upTo: .debug) { _, _ in }
            let made = try Client(configuration)
            client = made.handle
            callbacks = made.handle.keeping as? Callbacks
            let given = try await made.check(Query(.url, appKey: "bare", versionCode: 1))
            strategy = given.handle
            let scheduler = try CheckScheduler(made, Query(.url, appKey: "bare", versionCode: 1), every: .seconds(60))
            _ = try scheduler.dueTimes()
            #expect(scheduler.dueIn <= .seconds(60))
            #expect(callbacks != nil && client != nil && strategy != nil)
        }
        // A completion that has handed its result over may still be returning.
        for _ in 0..<500 where client != nil {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(client == nil)
        #expect(strategy == nil)
        #expect(callbacks == nil)
    }

    #if os(Linux)
        @Test func manyCallsLeaveMemoryFlat() async throws {
            // Pages that are in memory, 4 KiB each.
            func resident() throws -> Int {
                let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
                return Int(fields[1])! * 4096
            }
            func calls(_ count: Int) async throws {
                for _ in 0..<count {
                    let client = try client()
                    let error = await failure { _ = try await client.check(Query(.win, appKey: "x", versionCode: 1)) }
                    #expect(error?.status == .invalidArgument)
                    let last = await failure { _ = try await client.lastStrategy(for: Query(.url, appKey: "x", versionCode: 1)) }
                    #expect(last?.status == .config)
                }
            }
            try await calls(500)
            let before = try resident()
            try await calls(2_000)
            // A leaked client, with its trusted roots, is some hundred KiB: 2,000 would be hundreds of MiB.
            #expect(try resident() - before < 60_000_000)
        }
    #endif
}
