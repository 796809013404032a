import Foundation
import Testing

@testable import UpgradeLink

/// What lies between Swift's values and C's.
struct ConversionTests {
    @Test(arguments: [
        (.zero, 0), (.milliseconds(1), 1), (.microseconds(1_999), 1), (.seconds(-1), 0),
        (.seconds(86_400), 86_400_000), (.seconds(4_294_967), 4_294_967_000), (.seconds(5_000_000), .max),
        (.seconds(Int64.max), .max), (.seconds(Int64.min), 0),
    ] as [(Duration, UInt32)])
    func aDurationIsALimitInMilliseconds(duration: Duration, limit: UInt32) {
        #expect(duration.limit == limit)
    }

    // Seconds since 1970, since Foundation cannot print a date that is no number.
    @Test(arguments: [
        (1_767_603_600.25, 1_767_603_600_250), (-1, -1_000), (64_092_211_200, 64_092_211_200_000),
        (.infinity, 9_000_000_000_000_000), (-.infinity, -9_000_000_000_000_000), (.nan, 0),
    ] as [(TimeInterval, Int64)])
    func aDateIsMillisecondsSince1970(seconds: TimeInterval, milliseconds: Int64) {
        #expect(Date(timeIntervalSince1970: seconds).unixMilliseconds == milliseconds)
    }

    @Test func aFractionNeedsATotal() {
        #expect(WorkProgress(phase: .download, done: 1, total: nil).fraction == nil)
        #expect(WorkProgress(phase: .download, done: 1, total: 4).fraction == 0.25)
        #expect(WorkProgress(phase: .download, done: 0, total: 0).fraction == 1)
    }
}
