import Foundation
import UpgradeLink

/// The case is not as it should be.
struct Wrong: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// One case of the list: what was set, and what the last call gave.
@MainActor
final class Case {
    let place: Place
    let work: URL
    let lines = Lines()
    let log = Collected<[String]>([])
    var came: [String: String] = [:]

    init(number: Int, place: Place) async throws {
        self.place = place
        work = place.work.appendingPathComponent(String(number))
        try? FileManager.default.removeItem(at: work)
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        _ = try await place.admin("DELETE", "faults")
        _ = try await place.admin("DELETE", "requests")
        lines.set("option", "folder", work.path)
        lines.set("config", "endpoint", place.endpoint)
        lines.set("config", "allow_http", "true")
        lines.set("config", "proxy", "")
    }

    func obey(_ line: String) async throws {
        let (word, rest) = split(line)
        let (field, value) = split(rest)
        switch word {
        case "fault": _ = try await place.admin("POST", "faults", body: "[\(rest)]")
        case "file":
            let data = place.data.appendingPathComponent(value)
            try FileManager.default.copyItem(at: data, to: work.appendingPathComponent(field))
        case "text": try Data(meant(value).utf8).write(to: work.appendingPathComponent(field))
        case "config", "query", "option", "link", "patch", "event": lines.set(word, field, meant(value))
        case "argument":
            guard ["timeout_ms", "until_unix_ms", "interval_ms", "feature"].contains(field) else {
                throw Wrong("unknown field: argument \(field)")
            }
            lines.set(word, field, meant(value))
        case "call", "start", "cancel", "stop": try await call(word, rest)
        case "expect": try await expect(field, meant(value))
        default: throw Wrong("unknown line: \(line)")
        }
    }

    private func split(_ text: String) -> (String, String) {
        guard let space = text.firstIndex(of: " ") else { return (text, "") }
        return (String(text[..<space]), String(text[text.index(after: space)...]))
    }

    /// A value with what its escapes and names stand for.
    private func meant(_ value: String) -> String {
        var text = ""
        var isEscaped = false
        for character in value {
            if isEscaped {
                text += ["n": "\n", "r": "\r", "t": "\t", "\\": "\\"][character] ?? String(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text.replacingOccurrences(of: "{endpoint}", with: place.endpoint)
            .replacingOccurrences(of: "{host}", with: place.endpoint.replacingOccurrences(of: "http://", with: ""))
            .replacingOccurrences(of: "{work}", with: work.path)
            .replacingOccurrences(of: "{data}", with: place.data.path)
    }

    private func expect(_ field: String, _ value: String) async throws {
        var field = field
        // Code units: Swift's own comparison takes canonically equal texts for equal.
        var isRight = { (came: String) in Array(came.utf8) == Array(value.utf8) }
        var how = ""
        for (suffix, wanted) in [("_contains", true), ("_lacks", false)] where field.hasSuffix(suffix) {
            field.removeLast(suffix.count)
            how = suffix
            isRight = { ($0.range(of: value, options: .literal) != nil) == wanted }
        }
        guard let came = try await found(field) else {
            throw Wrong("expected \(field) \(value), but there is none; status \(came["status"] ?? "") \(message)")
        }
        if !isRight(came) {
            throw Wrong("expected \(field)\(how) \(value), came \(came); \(message)")
        }
    }

    private var message: String { came["error.message"] ?? "" }

    private func found(_ field: String) async throws -> String? {
        switch field {
        case "log": return log.value.map { $0 + "\n" }.joined()
        case "sent": return try await place.admin("GET", "requests")
        case "sent.count":
            let sent = try await place.admin("GET", "requests")
            return String(sent.components(separatedBy: "\"connection\":").count - 1)
        case _ where field.hasPrefix("file:"):
            let path = work.appendingPathComponent(String(field.dropFirst(5))).path
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return (attributes?[.size] as? NSNumber)?.stringValue ?? "(null)"
        default: return came[field]
        }
    }
}
