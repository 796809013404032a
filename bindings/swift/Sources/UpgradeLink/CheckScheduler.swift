import CUpgradeLink

/// Knows when to check, so that a fleet of devices never becomes a crowd.
///
/// ```swift
/// let scheduler = try CheckScheduler(client, query, every: .seconds(86_400))
/// for await _ in try scheduler.dueTimes() {
///     if let strategy = try? await scheduler.check(), client.isWanted(strategy) { … }
/// }
/// ```
///
/// The first check comes within a minute of the first start, the second at a random moment about an interval later, and
/// from then on the device keeps to that moment. After a failure the pauses grow, and are never shorter than the service
/// asks for. With a state folder all that outlives the process.
public final class CheckScheduler: Sendable {
    private let handle: Handle

    /// Makes a scheduler that checks the query in this interval, which is at least a second and for most applications a
    /// day. It does not run yet.
    ///
    /// Throws `invalidArgument`.
    public init(_ client: Client, _ query: Query, every interval: Duration) throws {
        handle = try query.withHandle { query in
            try client.handle.use { pointer in
                // The client's log is called by the scheduler's checks too.
                try Handle(keeping: client.handle, free: upgradelink_scheduler_free) {
                    upgradelink_scheduler_new(pointer, query, interval.limit, $0, $1)
                }
            }
        }
    }

    /// Starts the scheduler. The stream has an element whenever it is time to check; a reader that does not check, such
    /// as on a metered connection, is asked again after a pause. Leaving the loop stops the scheduler.
    ///
    /// Throws `invalidArgument` when it runs already; `internal` when no thread can be made.
    public func dueTimes() throws -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let listener = Unmanaged.passRetained(DueListener(continuation))
        do {
            try handle.use { scheduler in
                try attempt { upgradelink_scheduler_start(scheduler, checkIsDue, listener.toOpaque(), $0) }
            }
        } catch {
            listener.release()
            throw error
        }
        let pointer = UInt(bitPattern: listener.toOpaque())
        continuation.onTermination = { [handle] _ in
            handle.use(upgradelink_scheduler_stop)
            // Nobody is told any more once it has stopped.
            Unmanaged<DueListener>.fromOpaque(UnsafeRawPointer(bitPattern: pointer)!).release()
        }
        return stream
    }

    /// Asks the service as `Client.check(_:)` does, and plans the next check by how this one ends. It can be called at
    /// any time, for a user who does not want to wait too. Cancelling the task ends the wait only.
    ///
    /// Throws `busy` while the query is being checked, by another process of the state folder too; `cancelled` when the
    /// scheduler is stopped meanwhile; else as `Client.check(_:)` does.
    public func check() async throws -> Strategy {
        try await onAnotherThread { [handle] in
            try handle.use { scheduler in
                Strategy(try made { upgradelink_scheduler_check(scheduler, $0, $1) })
            }
        }
    }

    /// How long it is until the next check is due; zero when it is. For a program with timers of its own, which need not
    /// call `dueTimes()`.
    public var dueIn: Duration {
        .milliseconds(handle.use(upgradelink_scheduler_due_in_ms))
    }
}

private final class DueListener: Sendable {
    let continuation: AsyncStream<Void>.Continuation

    init(_ continuation: AsyncStream<Void>.Continuation) {
        self.continuation = continuation
    }
}

private func checkIsDue(userData: UnsafeMutableRawPointer?, scheduler: OpaquePointer?) {
    guard let userData else { return }
    Unmanaged<DueListener>.fromOpaque(userData).takeUnretainedValue().continuation.yield()
}
