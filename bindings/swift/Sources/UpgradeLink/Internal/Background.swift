import CUpgradeLink
import Foundation

/// Runs a call as an operation of the C library, which ends promptly when the task is cancelled.
///
/// `keeping` lives until the operation is over: it holds what the library may still call, the log.
func inBackground<Value: Sendable>(
    keeping: (any Sendable)?,
    progress: ProgressHandler? = nil,
    start: (_ userData: UnsafeMutableRawPointer, _ operation: Place, _ error: Place) -> upgradelink_status,
    take: @escaping @Sendable (_ operation: OpaquePointer?) throws -> Value
) async throws -> Value {
    let running = Running()
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            let listener = Listener(keeping: keeping, progress: progress) { operation in
                continuation.resume(with: Result { try running.naming { try take(operation) } })
            }
            let userData = Unmanaged.passRetained(listener)
            do {
                try running.start { operation in
                    try attempt { start(userData.toOpaque(), operation, $0) }
                }
            } catch {
                // The completion never runs when the start fails.
                userData.release()
                continuation.resume(throwing: error)
            }
        }
    } onCancel: {
        running.cancel()
    }
}

/// An operation, from before it starts until nobody asks about it any more.
private final class Running: Sendable {
    private struct State {
        var operation: Handle?
        var isCancelled = false
    }

    private let state = Locked(State())

    /// Starts the operation, unless it was cancelled before.
    func start(_ start: (Place) throws -> Void) throws {
        if state.with({ $0.isCancelled }) {
            throw CancellationError()
        }
        var operation: OpaquePointer?
        try start(&operation)
        guard let operation else { return }
        let handle = Handle(operation, free: upgradelink_operation_free)
        let isLate = state.with { state in
            state.operation = handle
            return state.isCancelled
        }
        if isLate {
            handle.use(upgradelink_operation_cancel)
        }
    }

    /// Asks the operation to end, now or as soon as there is one.
    func cancel() {
        let operation = state.with { state in
            state.isCancelled = true
            return state.operation
        }
        operation?.use(upgradelink_operation_cancel)
    }

    /// Names the end of a cancelled task as Swift does.
    func naming<Value>(_ take: () throws -> Value) throws -> Value {
        do {
            return try take()
        } catch let error as UpgradeLinkError where error.status == .cancelled && state.with({ $0.isCancelled }) {
            throw CancellationError()
        }
    }
}

/// The `user_data` of an operation: told of its progress and, once, of its end.
private final class Listener: Sendable {
    private let keeping: (any Sendable)?
    let progress: ProgressHandler?
    let end: @Sendable (OpaquePointer?) -> Void

    init(keeping: (any Sendable)?, progress: ProgressHandler?, end: @escaping @Sendable (OpaquePointer?) -> Void) {
        self.keeping = keeping
        self.progress = progress
        self.end = end
    }
}

/// The completion of every operation. `userData` is not passed again afterwards.
func operationDidEnd(userData: UnsafeMutableRawPointer?, operation: OpaquePointer?) {
    guard let userData else { return }
    Unmanaged<Listener>.fromOpaque(userData).takeRetainedValue().end(operation)
}

/// The progress of every operation; it is the task that stops one.
func operationDidProgress(
    userData: UnsafeMutableRawPointer?, phase: upgradelink_phase, done: UInt64, total: UInt64
) -> Int32 {
    if let userData {
        let listener = Unmanaged<Listener>.fromOpaque(userData).takeUnretainedValue()
        listener.progress?(WorkProgress(phase: Phase(rawValue: phase), done: done, total: size(total)))
    }
    return 1
}

/// Runs a call that blocks outside of Swift's own threads. Cancelling the task ends the wait at once;
/// the call goes on to its end.
func onAnotherThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    let waiting = Locked<CheckedContinuation<Value, any Error>?>(nil)
    let end = { @Sendable (result: Result<Value, any Error>) in
        waiting.with { $0.take() }?.resume(with: result)
    }
    return try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { continuation in
            waiting.with { $0 = continuation }
            if Task.isCancelled {
                end(.failure(CancellationError()))
            } else {
                DispatchQueue.global().async { end(Result(catching: work)) }
            }
        }
    } onCancel: {
        end(.failure(CancellationError()))
    }
}
