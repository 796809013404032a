/// How far a long call is. Within a phase `done` never goes back.
public struct WorkProgress: Hashable, Sendable {
    /// What it is doing.
    public let phase: Phase
    /// How many bytes of the phase are done.
    public let done: UInt64
    /// How many there are in all; `nil` where nobody gave it.
    public let total: UInt64?

    /// From 0 to 1; `nil` where the total is not known.
    public var fraction: Double? {
        total.map { $0 == 0 ? 1 : min(Double(done) / Double($0), 1) }
    }
}

/// Is told how far a long call is, every 100 ms, also while nothing arrives, and at the end; on the thread
/// that does the work, which waits meanwhile.
public typealias ProgressHandler = @Sendable (WorkProgress) -> Void
