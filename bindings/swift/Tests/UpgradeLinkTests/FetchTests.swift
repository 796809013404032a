import Foundation
import Testing

@testable import UpgradeLink

/// From a strategy to a file.
struct FetchTests {
    let folder: Folder

    init() throws {
        folder = try Folder()
    }

    @Test func aFileIsFetchedAndChecked() async throws {
        let client = try client()
        let strategy = try await client.check(Query(.file, appKey: "app", versionCode: 1))
        var options = FetchOptions(folder: folder.url)
        options.fileName = "应用🚀.bin"
        let artifact = try await client.fetch(strategy, options)
        #expect(artifact.file.lastPathComponent == "应用🚀.bin")
        #expect(artifact.size == 300_000)
        #expect(artifact.md5 == "0ea6b79d15c07af2b281bc579cd79601")
        #expect(artifact.sha256.count == 64)
        #expect(artifact.origin == .downloaded)
        #expect(artifact.networkBytes == 300_000)
        #expect(artifact.patchFailure == nil)
        #expect(try Data(contentsOf: artifact.file).count == 300_000)
    }

    @Test func whatWasComparedIsTold() async throws {
        let bare = try await client().fetch(link("app.bin"), FetchOptions(folder: folder.url))
        #expect(bare.checked == [])
        let promised = Link("\(endpoint)/files/app.bin", size: 300_000, md5: "0ea6b79d15c07af2b281bc579cd79601")
        let artifact = try await client().fetch(promised, FetchOptions(folder: folder.url))
        #expect(artifact.checked == [.size, .md5])
        #expect(artifact.origin == .present)
    }

    @Test func theStreamEndsWithTheFile() async throws {
        var steps: [FetchStep] = []
        for try await step in try client().fetchSteps(link("slow.bin"), FetchOptions(folder: folder.url)) {
            steps.append(step)
        }
        guard case .finished(let artifact) = steps.last else {
            Issue.record("the last step is \(String(describing: steps.last))")
            return
        }
        #expect(artifact.size == 300_000)
        let progress = steps.dropLast().compactMap { if case .progress(let progress) = $0 { progress } else { nil } }
        #expect(progress.count == steps.count - 1)
        #expect(progress.contains { $0.phase == .download && $0.total == 300_000 && $0.done > 0 })
        #expect(progress.allSatisfy { 0...1 ~= $0.fraction ?? 0 })
    }

    @Test func theStreamThrowsWhatTheFetchThrows() async throws {
        let options = FetchOptions(folder: folder.url)
        let error = await failure { for try await _ in try client().fetchSteps(link("nothing.bin"), options) {} }
        #expect(error?.status == .notFound)
        #expect(error?.stage == .download)
    }

    @Test func leavingTheStreamStopsTheFetch() async throws {
        let options = FetchOptions(folder: folder.url)
        for try await step in try client().fetchSteps(link("slower.bin"), options) {
            if case .progress(let progress) = step, progress.done > 0 { break }
        }
        // Without the stop the lock would be held for minutes.
        var waiting = options
        waiting.lockWait = .seconds(30)
        waiting.maxSize = 1
        let error = await failure { [waiting] in _ = try await client().fetch(link("slower.bin"), waiting) }
        #expect(error?.status == .verify)
    }

    @Test func cancellingTheTaskEndsAFetchInTheMiddle() async throws {
        let options = FetchOptions(folder: folder.url)
        let begun = AsyncStream.makeStream(of: Void.self)
        let task = Task {
            try await client().fetch(link("slower.bin"), options) { if $0.done > 0 { begun.continuation.yield() } }
        }
        for await _ in begun.stream { break }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try !folder.names().contains("slower.bin"))
        #expect(try folder.names().contains("slower.bin.part"))
    }

    @Test func nothingIsKeptWhereThatIsWished() async throws {
        var options = FetchOptions(folder: folder.url)
        options.keepPartial = false
        options.sha256 = String(repeating: "0", count: 64)
        let error = await failure { [options] in _ = try await client().fetch(link("app.bin"), options) }
        #expect(error?.status == .verify)
        #expect(error?.stage == .verify)
        #expect(try !folder.names().contains("app.bin.part"))
    }

    @Test func aPatchThatIsNoneIsRefused() async throws {
        let base = folder.url.appendingPathComponent("base")
        try Data("old".utf8).write(to: base)
        let output = folder.url.appendingPathComponent("output")
        let error = await failure { try await Patch(file: base).apply(to: base, output: output) }
        #expect(error?.status == .patch)
        #expect(try folder.names() == ["base"])
    }
}
