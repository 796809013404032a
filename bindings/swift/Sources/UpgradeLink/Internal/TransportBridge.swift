import CUpgradeLink
import Foundation

/// The `user_data` of a transport: which of its requests are open.
final class TransportBridge: Sendable {
    private let transport: any Transport
    /// By the address of the library's request, which lives as long as it is in here.
    private let requests = Locked([UInt: TransportRequest]())

    init(_ transport: any Transport) {
        self.transport = transport
    }

    /// Lends a handle whose callbacks lead here; clients that are made with it keep what they need of it.
    func withHandle<Result>(_ body: (OpaquePointer?) throws -> Result) rethrows -> Result {
        let handle = upgradelink_transport_new(Unmanaged.passRetained(self).toOpaque())
        defer { upgradelink_transport_free(handle) }
        upgradelink_transport_set_release(handle, transportIsReleased)
        upgradelink_transport_set_open(handle, transportOpens)
        upgradelink_transport_set_read(handle, transportReads)
        upgradelink_transport_set_close(handle, transportCloses)
        upgradelink_transport_set_cancel(handle, transportCancels)
        return try body(handle)
    }

    fileprivate func open(_ handle: OpaquePointer, _ response: OpaquePointer?) -> upgradelink_status {
        let key = UInt(bitPattern: handle)
        let request = TransportRequest(handle)
        requests.with { $0[key] = request }
        do {
            let answer = try transport.open(request)
            upgradelink_transport_response_set_status(response, Int32(clamping: answer.status))
            for header in answer.headers {
                upgradelink_transport_response_add_header(response, header.name, header.value)
            }
            let stream = Unmanaged.passRetained(Stream(key: key, body: answer.body))
            upgradelink_transport_response_set_stream(response, stream.toOpaque())
            return UPGRADELINK_OK
        } catch {
            forget(key)
            return status(of: error, otherwise: .connect)
        }
    }

    fileprivate func forget(_ key: UInt) {
        requests.with { $0[key] = nil }
    }

    fileprivate func cancel(_ key: UInt) {
        requests.with { $0[key] }?.cancel()
    }
}

/// The body of an open request.
private final class Stream {
    let key: UInt
    let body: any TransportBody

    init(key: UInt, body: any TransportBody) {
        self.key = key
        self.body = body
    }
}

extension TransportRequest {
    fileprivate convenience init(_ handle: OpaquePointer) {
        var length = 0
        let body = upgradelink_transport_request_body(handle, &length)
        let limit = upgradelink_transport_request_timeout_ms(handle)
        self.init(
            method: text(upgradelink_transport_request_method(handle)) ?? "",
            url: text(upgradelink_transport_request_url(handle)) ?? "",
            headers: (0..<upgradelink_transport_request_header_count(handle)).map { header in
                TransportHeader(
                    text(upgradelink_transport_request_header_name(handle, header)) ?? "",
                    text(upgradelink_transport_request_header_value(handle, header)) ?? "")
            },
            body: body.map { Data(bytes: $0, count: length) },
            timeout: limit == .max ? nil : .milliseconds(limit))
    }
}

private func status(of error: any Error, otherwise: UpgradeLinkError.Status) -> upgradelink_status {
    switch error {
    case let error as TransportError: error.status.rawValue
    case is CancellationError: UPGRADELINK_ERROR_CANCELLED
    default: otherwise.rawValue
    }
}

private func bridge(_ userData: UnsafeMutableRawPointer?) -> TransportBridge? {
    userData.map { Unmanaged<TransportBridge>.fromOpaque($0).takeUnretainedValue() }
}

private func transportIsReleased(userData: UnsafeMutableRawPointer?) {
    userData.map { Unmanaged<TransportBridge>.fromOpaque($0).release() }
}

private func transportOpens(
    userData: UnsafeMutableRawPointer?, request: OpaquePointer?, response: OpaquePointer?
) -> upgradelink_status {
    guard let bridge = bridge(userData), let request else { return UPGRADELINK_ERROR_INTERNAL }
    return bridge.open(request, response)
}

private func transportReads(
    userData: UnsafeMutableRawPointer?, stream: UnsafeMutableRawPointer?, buffer: UnsafeMutablePointer<UInt8>?, length: Int
) -> Int64 {
    guard let stream else { return Int64(-UPGRADELINK_ERROR_INTERNAL) }
    do {
        let body = Unmanaged<Stream>.fromOpaque(stream).takeUnretainedValue().body
        return Int64(try body.read(into: UnsafeMutableRawBufferPointer(start: buffer, count: length)))
    } catch {
        return Int64(-status(of: error, otherwise: .network))
    }
}

private func transportCloses(userData: UnsafeMutableRawPointer?, stream: UnsafeMutableRawPointer?) {
    guard let stream else { return }
    bridge(userData)?.forget(Unmanaged<Stream>.fromOpaque(stream).takeRetainedValue().key)
}

private func transportCancels(userData: UnsafeMutableRawPointer?, request: OpaquePointer?) {
    bridge(userData)?.cancel(UInt(bitPattern: request))
}
