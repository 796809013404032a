import CUpgradeLink
import Foundation

extension Client {
    /// Gives the service's last answer to the query, of this run or an earlier one, from the state folder. Nothing is
    /// sent, and nothing counts against a gradual rollout. Its links may have expired since.
    ///
    /// Throws `notFound` when no answer to this very query is kept, or when it was changed by somebody else;
    /// `config` without a state folder; `io` and `busy` from it.
    public func lastStrategy(for query: Query) async throws -> Strategy {
        try await onAnotherThread { [handle] in
            try query.withHandle { query in
                try handle.use { client in
                    Strategy(try made { upgradelink_last_strategy(client, query, $0, $1) })
                }
            }
        }
    }

    /// Remembers that the user wants to hear nothing of the application's upgrades before `time`; a time that is over
    /// ends that.
    ///
    /// Throws `config` without a state folder; `io`, `noSpace` and `busy` from it.
    public func snooze(_ strategy: Strategy, until time: Date) async throws {
        let time = time.unixMilliseconds
        try await remember(strategy) { upgradelink_snooze($0, $1, time, $2) }
    }

    /// Remembers that the user does not want the version of the strategy; a later one is offered.
    ///
    /// Throws as `snooze(_:until:)` does.
    public func skip(_ strategy: Strategy) async throws {
        try await remember(strategy, upgradelink_skip)
    }

    /// Whether the upgrade is to be offered to the user now: it is available, and neither snoozed nor skipped. A forced
    /// one is always to be offered.
    public func isWanted(_ strategy: Strategy) -> Bool {
        handle.use { client in strategy.handle.use { upgradelink_is_wanted(client, $0) != 0 } }
    }

    /// Writes something about a strategy to the state folder.
    func remember(
        _ strategy: Strategy,
        _ write: @escaping @Sendable (_ client: OpaquePointer?, _ strategy: OpaquePointer?, _ error: Place?)
            -> upgradelink_status
    ) async throws {
        try await onAnotherThread { [handle] in
            try handle.use { client in
                try strategy.handle.use { strategy in try attempt { write(client, strategy, $0) } }
            }
        }
    }
}
