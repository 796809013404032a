import CUpgradeLink
import Foundation

/// A text of the C library; `nil` where it has none.
func text(_ text: UnsafePointer<CChar>?) -> String? {
    text.map { String(cString: $0) }
}

/// A reply as it came, which may hold NULs.
func json(_ handle: OpaquePointer, _ read: (OpaquePointer, UnsafeMutablePointer<Int>) -> UnsafePointer<CChar>?) -> String {
    var length = 0
    guard let start = read(handle, &length) else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: length), as: UTF8.self)
}

/// A size of the C library; `nil` where it is not known.
func size(_ size: UInt64) -> UInt64? {
    size == UPGRADELINK_SIZE_UNKNOWN ? nil : size
}

/// A number that is 0 where there is none.
func given<Number: BinaryInteger>(_ number: Number) -> Number? {
    number == 0 ? nil : number
}

extension Duration {
    /// In whole milliseconds; what is too long for the C library is no limit there.
    var limit: UInt32 {
        UInt32(clamping: milliseconds)
    }

    private var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000)
        return overflow ? (seconds < 0 ? .min : .max) : whole + attoseconds / 1_000_000_000_000_000
    }
}

extension Date {
    /// Milliseconds since 1970, kept within what other systems can read.
    var unixMilliseconds: Int64 {
        let milliseconds = timeIntervalSince1970 * 1_000
        return milliseconds.isNaN ? 0 : Int64(min(max(milliseconds, -9e15), 9e15))
    }
}

/// Calls a setter of the C library where there is something to set.
func set(_ handle: OpaquePointer?, _ text: String?, _ setter: (OpaquePointer?, UnsafePointer<CChar>?) -> Void) {
    if let text {
        setter(handle, text)
    }
}

/// Calls a setter of the C library where there is something to set.
func set<Number>(_ handle: OpaquePointer?, _ number: Number?, _ setter: (OpaquePointer?, Number) -> Void) {
    if let number {
        setter(handle, number)
    }
}
