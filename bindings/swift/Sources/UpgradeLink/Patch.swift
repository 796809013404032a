import CUpgradeLink
import Foundation

/// A patch of HDiffPatch, applied from file to file without the network. It reads HDIFF13, HDIFFSF20,
/// HDIFFW26, BSDIFF40 and ENDSLEY/BSDIFF43.
public struct Patch: Hashable, Sendable {
    /// Where the patch is.
    public var file: URL

    /// The patch in a file.
    public init(file: URL) {
        self.file = file
    }

    /// What the header of a patch says.
    public struct Header: Codable, Hashable, Sendable {
        /// The container, such as `HDIFF13`.
        public let container: String
        /// The compressor as the patch names it, such as `zstd`; empty where it names none.
        public let compressor: String
        /// The size of the base file that the patch was made for; `nil` where the container does not say.
        public let oldSize: UInt64?
        /// The size of the file that the patch makes.
        public let newSize: UInt64

        init(consuming handle: OpaquePointer) {
            defer { upgradelink_patch_info_free(handle) }
            container = text(upgradelink_patch_info_container(handle)) ?? ""
            compressor = text(upgradelink_patch_info_compressor(handle)) ?? ""
            oldSize = UpgradeLink.size(upgradelink_patch_info_old_size(handle))
            newSize = upgradelink_patch_info_new_size(handle)
        }
    }

    /// What the new file must be, and what a patch may ask for.
    public struct Options: Codable, Hashable, Sendable {
        /// The size that the new file must have, in bytes.
        public var expectedSize: UInt64?
        /// The MD5 that the new file must have, as 32 hex digits. Most patches carry no checksum: without
        /// it a base file that is not the right one makes a wrong file without an error.
        public var expectedMD5: String?
        /// The most memory for the windows of all decoders together, in bytes. Default: 128 MiB.
        public var maxWindow: UInt64?

        /// Options that demand nothing, or what is given.
        public init(expectedSize: UInt64? = nil, expectedMD5: String? = nil, maxWindow: UInt64? = nil) {
            self.expectedSize = expectedSize
            self.expectedMD5 = expectedMD5
            self.maxWindow = maxWindow
        }

        /// Lends a handle that says the same.
        func withHandle<Result>(_ body: (OpaquePointer?) throws -> Result) rethrows -> Result {
            let handle = upgradelink_patch_options_new()
            defer { upgradelink_patch_options_free(handle) }
            set(handle, expectedSize, upgradelink_patch_options_set_expected_size)
            set(handle, expectedMD5, upgradelink_patch_options_set_expected_md5)
            set(handle, maxWindow, upgradelink_patch_options_set_max_window)
            return try body(handle)
        }
    }

    /// Reads the header of the patch.
    ///
    /// Throws `patch` when it is no patch or one that is not supported; `io`.
    public func inspect() throws -> Header {
        Header(consuming: try made { upgradelink_patch_inspect(file.path, $0, $1) })
    }

    /// Rebuilds the file at `output` from the one at `base`. It appears in one step when everything is right;
    /// on an error what stood there stays. Memory is bounded whatever the sizes.
    ///
    /// Throws `patch` for a patch that is malformed, not supported, asks for too much or was made for a base
    /// of another size; `verify` when the result is not what was expected; `io`, `noSpace`.
    public func apply(
        to base: URL, output: URL, _ options: Options = Options(), progress: ProgressHandler? = nil
    ) async throws {
        try await inBackground(keeping: nil, progress: progress) { userData, operation, error in
            options.withHandle { options in
                upgradelink_patch_apply_start(
                    base.path, file.path, output.path, options, operationDidProgress, operationDidEnd, userData,
                    operation, error)
            }
        } take: { operation in
            try attempt { upgradelink_operation_take_nothing(operation, $0) }
        }
    }
}
