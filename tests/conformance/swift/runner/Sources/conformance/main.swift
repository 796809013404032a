// Runs the conformance list through the Swift binding: conformance ENDPOINT CASES_FILE WORK_FOLDER
import Foundation

let arguments = CommandLine.arguments
guard arguments.count == 4 else {
    print("conformance ENDPOINT CASES_FILE WORK_FOLDER")
    exit(2)
}
let place = Place(endpoint: arguments[1], cases: URL(fileURLWithPath: arguments[2]), work: URL(fileURLWithPath: arguments[3]))

var passed = 0
var failed = 0
for (index, listed) in try listedCases(in: place.cases).enumerated() {
    do {
        let run = try await Case(number: index + 1, place: place)
        for line in listed.lines {
            try await run.obey(line)
        }
        passed += 1
    } catch {
        failed += 1
        print("\(index + 1) \(listed.title): \(error)")
    }
}
print("swift: \(passed) passed, \(failed) failed")
exit(failed == 0 ? 0 : 1)

/// The titles and the other lines of the cases.
func listedCases(in file: URL) throws -> [(title: String, lines: [String])] {
    var found: [(title: String, lines: [String])] = []
    for line in try String(contentsOf: file, encoding: .utf8).components(separatedBy: "\n") {
        if line.hasPrefix("case ") {
            found.append((String(line.dropFirst(5)), []))
        } else if !line.isEmpty, !line.hasPrefix("#") {
            found[found.count - 1].lines.append(line)
        }
    }
    return found
}
