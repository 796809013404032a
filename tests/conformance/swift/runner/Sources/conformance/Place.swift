import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Where the list is and what it runs against.
struct Place: Sendable {
    let endpoint: String
    let cases: URL
    let work: URL

    var data: URL { cases.deletingLastPathComponent().appendingPathComponent("data") }

    /// Tells or asks the dev server.
    func admin(_ method: String, _ what: String, body: String? = nil) async throws -> String {
        var request = URLRequest(url: URL(string: "\(endpoint)/_dev/\(what)")!)
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        let (data, response) = try await URLSession.shared.data(for: request)
        guard let response = response as? HTTPURLResponse, 200..<300 ~= response.statusCode else {
            throw Wrong("\(method) \(what): \(response)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}

/// What several threads add to.
final class Collected<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var content: Value

    init(_ content: Value) {
        self.content = content
    }

    var value: Value { lock.withLock { content } }

    func change(_ change: (inout Value) -> Void) {
        lock.withLock { change(&content) }
    }
}
