import Foundation

/// The application's own HTTP, used for everything in place of the built-in one. Proxy and certificates are then its
/// business; limits and cancelling stay the library's.
public protocol Transport: Sendable {
    /// Sends a request and gives the answer as soon as its headers are there. Redirects are not followed.
    ///
    /// Runs on a thread of the library and may block. Throw a `TransportError` where no answer comes; any other error
    /// stands for `connect`.
    func open(_ request: TransportRequest) throws -> TransportResponse
}

/// A request as a transport is to send it.
public final class TransportRequest: Sendable {
    /// `GET` or `POST`.
    public let method: String
    /// The absolute link.
    public let url: String
    /// The headers to be sent. `Host` and `Content-Length` are the transport's own business.
    public let headers: [TransportHeader]
    /// The body, which is signed and goes out byte for byte.
    public let body: Data?
    /// After how long without a byte the library gives up; `nil` for never.
    public let timeout: Duration?

    private struct Cancelling {
        var isCancelled = false
        var stop: (@Sendable () -> Void)?
    }

    private let cancelling = Locked(Cancelling())

    init(method: String, url: String, headers: [TransportHeader], body: Data?, timeout: Duration?) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// What is done, on any thread, when nobody wants the answer any more: it should let an `open` or a `read` that
    /// blocks return soon. Done at once where that is so already.
    public func onCancel(_ stop: @escaping @Sendable () -> Void) {
        let isCancelled = cancelling.with { cancelling in
            cancelling.stop = stop
            return cancelling.isCancelled
        }
        if isCancelled {
            stop()
        }
    }

    func cancel() {
        let stop = cancelling.with { cancelling in
            cancelling.isCancelled = true
            return cancelling.stop
        }
        stop?()
    }
}

/// A header of a request or an answer.
public struct TransportHeader: Hashable, Sendable {
    /// Its name, in which case does not matter.
    public var name: String
    /// Its value.
    public var value: String

    /// A header.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The answer of a server.
public struct TransportResponse {
    /// The HTTP status.
    public var status: Int
    /// The headers. The library looks for `Content-Length`, `Content-Range`, `Content-Encoding`, `Content-Type`,
    /// `Date`, `ETag`, `Last-Modified`, `Location` and `Retry-After`.
    public var headers: [TransportHeader]
    /// The body.
    public var body: any TransportBody

    /// An answer whose body is read as it comes.
    public init(status: Int, headers: [TransportHeader] = [], body: any TransportBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer whose body is there already.
    public init(status: Int, headers: [TransportHeader] = [], body: Data) {
        self.init(status: status, headers: headers, body: WholeBody(body))
    }
}

/// The body of an answer. It is read on the thread that opened it, and let go of when the library has enough.
public protocol TransportBody: AnyObject {
    /// Reads into the buffer, as much as comes, and gives how many bytes that are; 0 only at the end. May block.
    ///
    /// Throw a `TransportError` where nothing more comes; any other error stands for `network`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// Why a transport has no answer.
public struct TransportError: Error, Hashable, Sendable {
    /// What failed: as a rule `connect`, `tls`, `timeout` or `network`.
    public var status: UpgradeLinkError.Status

    /// A failure of this status.
    public init(_ status: UpgradeLinkError.Status) {
        self.status = status
    }
}

private final class WholeBody: TransportBody {
    private var rest: Data

    init(_ whole: Data) {
        rest = whole
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let part = rest.prefix(buffer.count)
        part.copyBytes(to: buffer)
        rest = rest.dropFirst(part.count)
        return part.count
    }
}
