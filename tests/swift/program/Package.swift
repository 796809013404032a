// swift-tools-version:6.0
import PackageDescription

// A program that depends on the released package beside it.
let package = Package(
    name: "program",
    platforms: [.macOS(.v13)],
    dependencies: [.package(path: "../UpgradeLink")],
    targets: [
        .executableTarget(name: "program", dependencies: ["UpgradeLink"])
    ],
    swiftLanguageModes: [.v6]
)
