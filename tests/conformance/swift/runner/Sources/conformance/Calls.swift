import Foundation
import UpgradeLink

extension Case {
    /// Calls what the verb names and keeps what came, its error too.
    func call(_ how: String, _ verb: String) async throws {
        came = ["status": "OK"]
        do {
            if how == "cancel" {
                try await cancelled { try await self.perform(verb, stopping: nil) }
            } else {
                try await perform(verb, stopping: how == "stop" ? Stop() : nil)
            }
        } catch let error as UpgradeLinkError {
            read(error)
        } catch is CancellationError {
            // Swift's own form of CANCELLED, which has no fields.
            came["status"] = "CANCELLED"
            came["error.retryable"] = "false"
        }
    }

    /// Runs a task that is cancelled once its call has begun.
    private func cancelled(_ work: @escaping @Sendable () async throws -> Void) async throws {
        let task = Task { try await work() }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        try await task.value
    }

    private func perform(_ verb: String, stopping stop: Stop?) async throws {
        switch verb {
        case "check": try await checked(client())
        case "describe": read(try await client().describe(lines.query()))
        case "measure": read(try await client().measure(appKey: lines.query().appKey))
        case "fetch":
            let client = try client()
            let strategy = try await checked(client)
            let options = try lines.options()
            read(try await told(stop) { try await client.fetch(strategy, options, progress: $0) })
        case "fetch_link":
            let (client, link, options) = try (client(), lines.link(), lines.options())
            read(try await told(stop) { try await client.fetch(link, options, progress: $0) })
        case "patch_apply":
            let (patch, base, output, options) = try lines.patch()
            try await told(stop) { try await patch.apply(to: base, output: output, options, progress: $0) }
        case "patch_inspect": read(try lines.patch().patch.inspect())
        case "report": try await client().report(lines.event())
        case "flush": try await client().flush(within: lines.milliseconds(lines.argument("timeout_ms")))
        case "report_started":
            let query = try lines.query()
            try await client().reportStarted(appKey: query.appKey, versionCode: query.versionCode)
        case "remember_upgrade":
            let client = try client()
            try await client.rememberUpgrade(checked(client))
        case "last_strategy": read(try await client().lastStrategy(for: lines.query()))
        case "skip":
            let client = try client()
            try await client.skip(checked(client))
        case "snooze":
            let client = try client()
            let until: Int64 = try lines.number(lines.argument("until_unix_ms"))
            try await client.snooze(checked(client), until: Date(timeIntervalSince1970: Double(until) / 1000))
        case "is_wanted":
            let client = try client()
            came["wanted"] = String(client.isWanted(try await checked(client)))
        case "schedule":
            let interval = try lines.milliseconds(lines.argument("interval_ms"))
            read(try await CheckScheduler(client(), lines.query(), every: interval).check())
        case "client": _ = try client()
        case "has": came["has"] = String(Library.has(try lines.argument("feature")))
        case "version":
            came["version"] = Library.version
            came["version_number"] = String(Library.versionNumber)
        default: throw Wrong("unknown verb: \(verb)")
        }
    }

    private func client() throws -> Client {
        try Client(lines.configuration(log: log))
    }

    @discardableResult
    private func checked(_ client: Client) async throws -> Strategy {
        let strategy = try await client.check(lines.query())
        read(strategy)
        return strategy
    }

    /// Runs a call that tells of its progress, and cancels it from there if that is asked for.
    private func told<Value: Sendable>(
        _ stop: Stop?, _ work: @escaping @Sendable (@escaping ProgressHandler) async throws -> Value
    ) async throws -> Value {
        let progress = Collected<[WorkProgress]>([])
        defer {
            came["progress.seen"] = String(!progress.value.isEmpty)
            came["progress.done"] = String(progress.value.map(\.done).max() ?? 0)
            came["progress.total"] = or(progress.value.compactMap(\.total).max())
        }
        let task = Task {
            try await work { step in
                progress.change { $0.append(step) }
                if step.done > 0 {
                    stop?.pull()
                }
            }
        }
        stop?.at { task.cancel() }
        return try await withTaskCancellationHandler { try await task.value } onCancel: { task.cancel() }
    }
}

/// Cancels a task from within what it does, however early that is.
final class Stop: Sendable {
    private struct State {
        var isPulled = false
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Collected(State())

    func at(_ cancel: @escaping @Sendable () -> Void) {
        state.change { $0.cancel = cancel }
        if state.value.isPulled {
            cancel()
        }
    }

    func pull() {
        state.change { $0.isPulled = true }
        state.value.cancel?()
    }
}

// What came, as the list writes it.

private func or(_ text: String?) -> String { text ?? "(null)" }
private func or<Number: BinaryInteger>(_ number: Number?) -> String { number.map { String($0) } ?? "(null)" }

extension Case {
    private func keep(_ prefix: String, _ fields: KeyValuePairs<String, String>) {
        for (field, value) in fields {
            came["\(prefix).\(field)"] = value
        }
    }

    private func read(_ error: UpgradeLinkError) {
        came["status"] = error.status.description
        let wait = error.retryAfter.map { $0.components.seconds * 1000 + $0.components.attoseconds / 1_000_000_000_000_000 }
        keep("error", [
            "stage": Names.name(error.stage, Names.stages), "http_status": String(error.httpStatus ?? 0),
            "service_code": String(error.serviceCode ?? 0), "trace_id": or(error.traceID), "docs": or(error.docs),
            "os_error": String(error.osError ?? 0), "retryable": String(error.isRetryable),
            "retry_after_ms": String(wait ?? 0), "message": error.message,
        ])
    }

    private func read(_ strategy: Strategy) {
        keep("strategy", [
            "available": String(strategy.isAvailable), "kind": Names.name(strategy.kind, Names.kinds),
            "app_key": strategy.appKey, "package_name": or(strategy.packageName),
            "version_name": or(strategy.versionName), "version_code": String(strategy.versionCode),
            "url": or(strategy.url), "file_size": or(strategy.fileSize), "file_md5": or(strategy.fileMD5),
            "upgrade_type": Names.name(strategy.upgradeType, Names.upgradeTypes), "prompt": or(strategy.prompt),
            "patch_algo": Names.name(strategy.patchAlgorithm, Names.patchAlgorithms),
            "patch_url": or(strategy.patchURL), "patch_file_size": or(strategy.patchFileSize),
            "patch_file_md5": or(strategy.patchFileMD5), "content": or(strategy.content),
            "message": or(strategy.message), "json": strategy.json,
        ])
    }

    private func read(_ details: VersionDetails) {
        keep("details", [
            "app_key": details.appKey, "package_name": or(details.packageName),
            "version_name": or(details.versionName), "version_code": String(details.versionCode),
            "description": or(details.description), "json": details.json,
        ])
    }

    private func read(_ statistics: Statistics) {
        for (name, count) in [
            ("download", statistics.downloads), ("strategy", statistics.strategies), ("upgrade", statistics.upgrades),
            ("start", statistics.starts),
        ] {
            came["statistics.yesterday_\(name)_count"] = String(count.yesterday)
            came["statistics.total_\(name)_count"] = String(count.total)
        }
        keep("statistics", ["day_count": String(statistics.days.count), "json": statistics.json])
        for (index, day) in statistics.days.enumerated() {
            keep("statistics", [
                "day_name.\(index)": day.name, "downloads.\(index)": String(day.downloads),
                "strategies.\(index)": String(day.strategies), "upgrades.\(index)": String(day.upgrades),
                "starts.\(index)": String(day.starts),
            ])
        }
    }

    private func read(_ artifact: Artifact) {
        keep("artifact", [
            "path": artifact.file.path, "size": String(artifact.size), "md5": artifact.md5, "sha256": artifact.sha256,
            "origin": Names.name(artifact.origin, Names.origins), "checked": String(artifact.checked.rawValue),
            "network_bytes": String(artifact.networkBytes), "patch_failure": or(artifact.patchFailure),
        ])
    }

    private func read(_ header: Patch.Header) {
        keep("patch", [
            "container": header.container, "compressor": header.compressor, "old_size": or(header.oldSize),
            "new_size": String(header.newSize),
        ])
    }
}
