import CUpgradeLink

/// An enumeration that keeps the numbers it does not know, so that what the service or a newer library
/// adds is never taken for something else. Encoded as its number.
public protocol OpenEnumeration: RawRepresentable, CaseIterable, Codable, Hashable, Sendable
where RawValue == Int32 {
    /// A number without a name.
    static func unknown(_ number: Int32) -> Self
    /// The case with this number; `unknown` where none has it.
    init(rawValue: Int32)
}

extension OpenEnumeration {
    /// The case with this number; `unknown` where none has it.
    public init(rawValue: Int32) {
        self = Self.allCases.first { $0.rawValue == rawValue } ?? .unknown(rawValue)
    }

    /// Reads a number.
    public init(from decoder: any Decoder) throws {
        self.init(rawValue: try decoder.singleValueContainer().decode(Int32.self))
    }

    /// Writes the number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

/// A kind of application.
public enum Kind: OpenEnumeration {
    /// A link that the application opens.
    case url
    /// A file.
    case file
    /// An Android package.
    case apk
    /// A JSON object.
    case configuration
    /// A Windows application.
    case win
    /// A macOS application.
    case mac
    /// A Linux application.
    case lnx
    /// Another kind.
    case unknown(Int32)

    /// The kinds with a name.
    public static let allCases: [Kind] = [.url, .file, .apk, .configuration, .win, .mac, .lnx]

    /// The number that stands for it.
    public var rawValue: Int32 {
        switch self {
        case .url: UPGRADELINK_KIND_URL
        case .file: UPGRADELINK_KIND_FILE
        case .apk: UPGRADELINK_KIND_APK
        case .configuration: UPGRADELINK_KIND_CONFIGURATION
        case .win: UPGRADELINK_KIND_WIN
        case .mac: UPGRADELINK_KIND_MAC
        case .lnx: UPGRADELINK_KIND_LNX
        case .unknown(let number): number
        }
    }
}

/// How urgent an upgrade is.
public enum UpgradeType: OpenEnumeration {
    /// Ask the user.
    case prompt
    /// Do it without a word.
    case silent
    /// Do not go on without it.
    case force
    /// Another type; `unknown(0)` where there is no upgrade.
    case unknown(Int32)

    /// The types with a name.
    public static let allCases: [UpgradeType] = [.prompt, .silent, .force]

    /// The number that stands for it.
    public var rawValue: Int32 {
        switch self {
        case .prompt: UPGRADELINK_UPGRADE_PROMPT
        case .silent: UPGRADELINK_UPGRADE_SILENT
        case .force: UPGRADELINK_UPGRADE_FORCE
        case .unknown(let number): number
        }
    }
}

/// A kind of patch.
public enum PatchAlgorithm: OpenEnumeration {
    /// No patch: the full file.
    case full
    /// HDiffPatch.
    case hdiffpatch
    /// Another kind, which means the full file.
    case unknown(Int32)

    /// The kinds with a name.
    public static let allCases: [PatchAlgorithm] = [.full, .hdiffpatch]

    /// The number that stands for it.
    public var rawValue: Int32 {
        switch self {
        case .full: UPGRADELINK_PATCH_NONE
        case .hdiffpatch: UPGRADELINK_PATCH_HDIFFPATCH
        case .unknown(let number): number
        }
    }
}

/// What a long call is doing.
public enum Phase: OpenEnumeration {
    /// Taking a file from the network.
    case download
    /// Reading what is on the disk already.
    case verify
    /// Applying a patch.
    case patch
    /// Something else.
    case unknown(Int32)

    /// The phases with a name.
    public static let allCases: [Phase] = [.download, .verify, .patch]

    /// The number that stands for it.
    public var rawValue: Int32 {
        switch self {
        case .download: UPGRADELINK_PHASE_DOWNLOAD
        case .verify: UPGRADELINK_PHASE_VERIFY
        case .patch: UPGRADELINK_PHASE_PATCH
        case .unknown(let number): number
        }
    }
}

/// How a file came.
public enum Origin: OpenEnumeration {
    /// All of it was downloaded.
    case downloaded
    /// An earlier run had downloaded its beginning.
    case resumed
    /// It was made of the base file and a patch.
    case patched
    /// It was there already.
    case present
    /// In another way.
    case unknown(Int32)

    /// The ways with a name.
    public static let allCases: [Origin] = [.downloaded, .resumed, .patched, .present]

    /// The number that stands for it.
    public var rawValue: Int32 {
        switch self {
        case .downloaded: UPGRADELINK_ORIGIN_DOWNLOADED
        case .resumed: UPGRADELINK_ORIGIN_RESUMED
        case .patched: UPGRADELINK_ORIGIN_PATCHED
        case .present: UPGRADELINK_ORIGIN_PRESENT
        case .unknown(let number): number
        }
    }
}

/// Whether files need a signature.
public enum SignaturePolicy: OpenEnumeration {
    /// Signatures are not looked for.
    case off
    /// One that is there must be right. Whoever can change the file can also take its signature away.
    case whenPresent
    /// A file without a right one is refused.
    case required
    /// A policy that this binding does not know.
    case unknown(Int32)

    /// The policies with a name.
    public static let allCases: [SignaturePolicy] = [.off, .whenPresent, .required]

    /// The number that stands for it.
    public var rawValue: Int32 {
        switch self {
        case .off: UPGRADELINK_SIGNATURE_OFF
        case .whenPresent: UPGRADELINK_SIGNATURE_WHEN_PRESENT
        case .required: UPGRADELINK_SIGNATURE_REQUIRED
        case .unknown(let number): number
        }
    }
}

/// How much a line of the log matters.
public enum LogLevel: OpenEnumeration {
    /// A call failed in a way that the library cannot mend.
    case error
    /// Something failed and is tried again or done otherwise.
    case warn
    /// Something the application may want to know.
    case info
    /// Each request.
    case debug
    /// A level that this binding does not know.
    case unknown(Int32)

    /// The levels with a name.
    public static let allCases: [LogLevel] = [.error, .warn, .info, .debug]

    /// The number that stands for it.
    public var rawValue: Int32 {
        switch self {
        case .error: UPGRADELINK_LOG_ERROR
        case .warn: UPGRADELINK_LOG_WARN
        case .info: UPGRADELINK_LOG_INFO
        case .debug: UPGRADELINK_LOG_DEBUG
        case .unknown(let number): number
        }
    }
}
