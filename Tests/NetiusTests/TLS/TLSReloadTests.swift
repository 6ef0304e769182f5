import COpenSSL
import Foundation
import Testing

@testable import Netius

@Suite("Certificates that change while they are served")
struct TLSReloadTests {
    private let identities: TLSTestIdentities

    init() throws {
        identities = try TLSTestIdentities()
    }

    /// Runs `body` with the files of an identity and a context made of them.
    private func withFiles(_ body: (Files, TLSServerContext) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let files = Files(certificate: "\(directory)/server.crt", key: "\(directory)/server.key")
            try files.write(identities.identity("www.example.com", commonName: "first"))
            let identity = try TLSIdentity(certificateFile: files.certificate, keyFile: files.key)
            try await body(files, TLSServerContext(identity: identity))
        }
    }

    private struct Files {
        let certificate: String
        let key: String

        func write(_ identity: TLSIdentity) throws {
            try identity.write(certificateFile: certificate, keyFile: key, replacing: true)
        }
    }

    private func shown(_ server: TLSServerContext) throws -> String? {
        try MemoryHandshake(server, identities.client()).run().client.peerSubject
    }

    @Test("A reload serves what is in the files then, and what has begun goes on")
    func reload() async throws {
        try await withFiles { files, server in
            let offering = try server.offering(["http/1.1"])
            #expect(try shown(offering) == "CN=first")
            let established = try MemoryHandshake(server, identities.client()).run()
            let begun = try MemoryHandshake(server, identities.client())
            try files.write(identities.identity("www.example.com", commonName: "second"))
            #expect(try shown(server) == "CN=first")
            try server.reload()
            #expect(try shown(server) == "CN=second")
            #expect(try shown(offering) == "CN=second")
            #expect(try shown(server.offering(["h2"])) == "CN=second")
            #expect(try begun.run().seen.version == .tls13)
            #expect(begun.client.peerSubject == "CN=first")
            established.client.write("still here")
            #expect(try established.server.read() == "still here")
        }
    }

    @Test("What cannot be loaded changes nothing, and the error names the file")
    func failure() async throws {
        try await withFiles { files, server in
            let other = try identities.identity("www.example.com", commonName: "other")
            try TestFile.write(other.certificatePEM, to: files.certificate)
            let mismatch = #expect(throws: TLSConfigurationError.self) { try server.reload() }
            #expect(mismatch?.description.contains(files.certificate) == true)
            #expect(try shown(server) == "CN=first")
            try FileManager.default.removeItem(atPath: files.key)
            let missing = #expect(throws: TLSConfigurationError.self) { try server.reload() }
            #expect(missing?.description.contains(files.key) == true)
            try files.write(identities.identity("www.example.com", from: -7200, to: -3600))
            let expired = #expect(throws: TLSConfigurationError.self) { try server.reload() }
            #expect(expired?.description.contains("expired on") == true)
            #expect(try shown(server) == "CN=first")
            try files.write(other)
            try server.reload()
            #expect(try shown(server) == "CN=other")
        }
    }

    @Test("A handshake under way keeps alive what it has begun with, whatever happens to its context")
    func lifetimes() throws {
        weak var context: TLSServerContext?
        let handshake: MemoryHandshake
        do {
            let server = try identities.server { configuration in
                configuration.identities = ["a.example.com": try identities.identity("a.example.com")]
                configuration.applicationProtocols = ["h2"]
            }
            context = server
            let client = try identities.client()
            handshake = try MemoryHandshake(server, client, name: "a.example.com", protocols: ["h2"])
            for _ in 0..<3 { try server.reload() }
        }
        #expect(context == nil)
        #expect(try handshake.run().seen.applicationProtocol == "h2")
        #expect(handshake.client.peerSubject == "CN=a.example.com")
    }

    @Test("Reloads on several threads, under handshakes, leave a context that works")
    func threads() async throws {
        try await withFiles { files, server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask { for _ in 0..<20 { try server.reload() } }
                    group.addTask {
                        for _ in 0..<20 { _ = try MemoryHandshake(server, identities.client()).run().seen }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try shown(server) == "CN=first")
        }
    }

    @Test("What is offered while others reload is never left behind")
    func offers() async throws {
        try await withFiles { files, server in
            let offering = try await withThrowingTaskGroup(of: [TLSServerContext].self) { group in
                group.addTask {
                    for _ in 0..<20 { try server.reload() }
                    return []
                }
                for name in ["a", "b"] {
                    group.addTask { try (0..<20).map { try server.offering(["\(name)\($0 % 5)"]) } }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(server.offeredProtocols.count == 11)
            try files.write(identities.identity("www.example.com", commonName: "second"))
            try server.reload()
            for context in offering { #expect(try shown(context) == "CN=second") }
        }
    }

    // MARK: Keeping current

    /// Runs `body` while the context is kept current, and returns what was logged.
    private func keepingCurrent(
        _ server: TLSServerContext, signals: [Signal] = [], every interval: Duration = .milliseconds(5),
        _ body: @Sendable (RecordingLogSink) async throws -> Void
    ) async throws {
        let sink = RecordingLogSink()
        let task = Task.detached {
            await server.keepCurrent(every: interval, signals: signals, log: Log(level: .trace, sink: sink))
        }
        do {
            try await body(sink)
        } catch {
            task.cancel()
            throw error
        }
        task.cancel()
        try await withDeadline { await task.value }
    }

    @Test("Files that change are loaded, and what is wrong with them is logged once")
    func watching() async throws {
        try await withFiles { files, server in
            try await keepingCurrent(server) { sink in
                try files.write(identities.identity("www.example.com", commonName: "second"))
                try await eventually { try shown(server) == "CN=second" }
                try TestFile.write("garbage", to: files.key)
                try await eventually { sink.records.contains { $0.level == .error } }
                #expect(try shown(server) == "CN=second")
                try files.write(identities.identity("www.example.com", commonName: "third"))
                try await eventually { try shown(server) == "CN=third" }
                try await eventually { sink.records.filter { $0.message == "reloaded certificates" }.count >= 2 }
                let errors = sink.records.filter { $0.level == .error }
                // A write of two files may be seen between them.
                #expect(errors.count <= 4)
                #expect(errors.allSatisfy { $0.message.hasPrefix("certificates were not reloaded: ") })
            }
        }
    }

    @Test("A change between reading and watching is not missed")
    func early() async throws {
        try await withTemporaryDirectory { directory in
            let files = Files(certificate: "\(directory)/server.crt", key: "\(directory)/server.key")
            try files.write(identities.identity("www.example.com", commonName: "first"))
            let identity = try TLSIdentity(certificateFile: files.certificate, keyFile: files.key)
            try files.write(identities.identity("www.example.com", commonName: "second"))
            let server = try TLSServerContext(identity: identity)
            #expect(try shown(server) == "CN=first")
            try await keepingCurrent(server) { _ in
                try await eventually { try shown(server) == "CN=second" }
            }
        }
    }

    @Test("Nothing is loaded where nothing changes, and what ends soon is told once")
    func quiet() async throws {
        try await withFiles { files, server in
            try files.write(identities.identity("www.example.com", to: 86_400 * 30))
            try server.reload()
            let sinks = Guarded<[RecordingLogSink]>([])
            try await keepingCurrent(server) { sink in
                sinks.withLock { $0.append(sink) }
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(sinks.withLock { $0.flatMap(\.records) }.isEmpty)
        }
        let sink = RecordingLogSink()
        let server = try identities.server()
        let task = Task {
            await server.keepCurrent(every: .milliseconds(1), signals: [], log: Log(level: .trace, sink: sink))
        }
        try await eventually { !sink.records.isEmpty }
        task.cancel()
        await task.value
        #expect(sink.records.map(\.level) == [.warning])
        #expect(sink.records.first?.metadata["subject"] == "CN=www.example.com")
        #expect(sink.records.first?.metadata["daysLeft"] == "1")
    }

    @Test("SIGHUP loads the files though they have not changed")
    func signal() async {
        await #expect(processExitsWith: .success) {
            try await withDeadline(.seconds(60)) {
                let server = try TLSTestIdentities().server()
                let sink = RecordingLogSink()
                let task = Task {
                    await server.keepCurrent(every: .seconds(3600), log: Log(sink: sink))
                }
                // The warning comes after the signal is observed.
                try await eventually { !sink.records.isEmpty }
                for count in 1...3 {
                    kill(getpid(), SIGHUP)
                    try await eventually {
                        sink.records.filter { $0.message == "reloaded certificates" }.count == count
                    }
                }
                task.cancel()
                await task.value
            }
        }
    }
}
