// swift-tools-version:6.0
import PackageDescription

// The package as it lies in the source tree, for Linux and for work on the binding itself.
// release.sh makes of it what users depend on.
let package = Package(
    name: "UpgradeLink",
    platforms: [.macOS(.v13), .iOS(.v16)],
    products: [
        .library(name: "UpgradeLink", targets: ["UpgradeLink"])
    ],
    targets: [
        .systemLibrary(name: "CUpgradeLink", pkgConfig: "upgradelink"),
        .target(name: "UpgradeLink", dependencies: ["CUpgradeLink"]),
        .testTarget(name: "UpgradeLinkTests", dependencies: ["UpgradeLink"]),
    ],
    swiftLanguageModes: [.v6]
)
