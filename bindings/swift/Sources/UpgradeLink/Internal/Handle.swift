import CUpgradeLink

/// Owns a handle of the C library and frees it with the last reference.
///
/// `Sendable`, because only what the header allows to every thread is kept in one: clients,
/// operations, schedulers and results. Configurations, queries, options and events belong to one
/// thread at a time; they live within a single call and are never stored.
final class Handle: @unchecked Sendable {
    private let pointer: OpaquePointer
    private let free: (OpaquePointer?) -> Void
    /// What the handle points to and must outlive it.
    let keeping: (any Sendable)?

    init(_ pointer: OpaquePointer, keeping: (any Sendable)? = nil, free: @escaping (OpaquePointer?) -> Void) {
        self.pointer = pointer
        self.keeping = keeping
        self.free = free
    }

    /// Makes a handle with a function that takes places for it and for an error last.
    convenience init(
        keeping: (any Sendable)? = nil,
        free: @escaping (OpaquePointer?) -> Void,
        make: (_ made: Place, _ error: Place) -> upgradelink_status
    ) throws {
        self.init(try made(make), keeping: keeping, free: free)
    }

    deinit {
        free(pointer)
    }

    /// Lends the pointer; without the extension an optimised build may free it while it is in use.
    func use<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(pointer) }
    }
}

/// Where the C library puts a handle.
typealias Place = UnsafeMutablePointer<OpaquePointer?>

/// Calls a function of the C library, and throws what it says went wrong.
func attempt(_ call: (_ error: Place) -> upgradelink_status) throws {
    var error: OpaquePointer?
    let status = call(&error)
    if status != UPGRADELINK_OK {
        throw UpgradeLinkError(status: status, consuming: error)
    }
}

/// Calls a function of the C library that makes a handle.
func made(_ make: (_ made: Place, _ error: Place) -> upgradelink_status) throws -> OpaquePointer {
    var made: OpaquePointer?
    try attempt { make(&made, $0) }
    guard let made else {
        throw UpgradeLinkError(status: UPGRADELINK_ERROR_INTERNAL, consuming: nil)
    }
    return made
}
