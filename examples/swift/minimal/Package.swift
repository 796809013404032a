// swift-tools-version:6.0
import PackageDescription

let package = Package(
    name: "minimal",
    platforms: [.macOS(.v13)],
    dependencies: [.package(path: "../../../bindings/swift")],
    targets: [
        .executableTarget(name: "minimal", dependencies: [.product(name: "UpgradeLink", package: "swift")])
    ],
    swiftLanguageModes: [.v6]
)
