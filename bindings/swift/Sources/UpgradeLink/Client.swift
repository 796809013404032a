import CUpgradeLink

/// Asks the service. It may be used from any task at once.
///
/// Its calls run on threads of the library and never block Swift's own. They throw `UpgradeLinkError`,
/// and end promptly with `CancellationError` when their task is cancelled. At most 64 run at once in a
/// process; more throw `busy`.
public final class Client: Sendable {
    let handle: Handle

    /// Makes a client and checks everything in the configuration. Nothing is sent, but events that an
    /// earlier run left in the state folder, in the background.
    ///
    /// Throws `invalidArgument` and `config` for a value that cannot be used, with its name; `io`,
    /// `noSpace` and `busy` from the state folder. A client does not work in a child after `fork`.
    public init(_ configuration: Configuration) throws {
        let callbacks = Callbacks(configuration)
        handle = try configuration.withHandle(callbacks) { configuration in
            try Handle(keeping: callbacks, free: upgradelink_client_free) {
                upgradelink_client_new(configuration, $0, $1)
            }
        }
    }

    /// Asks the service what the application should do now.
    ///
    /// That it is already the newest is a success: see `Strategy.Snapshot.isAvailable`. Each call counts
    /// against a gradual rollout: act on the strategy at hand.
    ///
    /// Throws `invalidArgument` before anything is sent; `connect`, `tls`, `timeout`, `network`, `reply`
    /// from the way; `authentication`, `notFound`, `rateLimited`, `service` from the service.
    public func check(_ query: Query) async throws -> Strategy {
        try await inBackground(keeping: handle) { userData, operation, error in
            query.withHandle { query in
                handle.use { upgradelink_check_start($0, query, operationDidEnd, userData, operation, error) }
            }
        } take: { operation in
            Strategy(try made { upgradelink_operation_take_strategy(operation, $0, $1) })
        }
    }

    /// Asks the service for the details of the version that the query names. Of the query, kind, app key,
    /// version code and architecture are sent.
    ///
    /// Throws as `check(_:)` does; `notFound` for a version that does not exist.
    public func describe(_ query: Query) async throws -> VersionDetails {
        try await inBackground(keeping: handle) { userData, operation, error in
            query.withHandle { query in
                handle.use { upgradelink_describe_start($0, query, operationDidEnd, userData, operation, error) }
            }
        } take: { operation in
            VersionDetails(consuming: try made { upgradelink_operation_take_details(operation, $0, $1) })
        }
    }

    /// Asks the service for the figures of an application of any kind.
    ///
    /// Throws as `check(_:)` does.
    public func measure(appKey: String) async throws -> Statistics {
        try await inBackground(keeping: handle) { userData, operation, error in
            handle.use { upgradelink_measure_start($0, appKey, operationDidEnd, userData, operation, error) }
        } take: { operation in
            Statistics(consuming: try made { upgradelink_operation_take_statistics(operation, $0, $1) })
        }
    }
}
