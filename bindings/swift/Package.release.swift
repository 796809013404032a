// swift-tools-version:6.0
import PackageDescription

// The package that users depend on; release.sh fills in what stands between the at signs.
#if os(Linux)
    // The library that `make install` or a distribution put in place.
    let library = Target.systemLibrary(name: "CUpgradeLink", pkgConfig: "upgradelink")
#else
    let library = Target.binaryTarget(name: "CUpgradeLink", url: "@URL@", checksum: "@CHECKSUM@")
#endif

let package = Package(
    name: "UpgradeLink",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [
        .library(name: "UpgradeLink", targets: ["UpgradeLink"])
    ],
    targets: [
        library,
        .target(name: "UpgradeLink", dependencies: ["CUpgradeLink"]),
    ],
    swiftLanguageModes: [.v6]
)
