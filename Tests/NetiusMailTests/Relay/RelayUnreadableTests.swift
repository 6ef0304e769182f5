import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("A message that the disk does not give back") struct RelayUnreadableTests {
    /// Delivers in vain.
    private struct BrokenTransport: RelayTransport, RelayDeliverer {
        struct Failure: Error {}

        func makeDeliverer(to destination: RelayDestination, on loop: EventLoop) -> any RelayDeliverer { self }
        func deliver(_ delivery: RelayDelivery) async throws -> RelayResult { throw Failure() }
        func close() async {}
    }

    private let log = RecordingLogSink()

    private func configuration(_ directory: String) -> MailRelay.Configuration {
        var configuration = MailRelay.Configuration(spool: "\(directory)/spool")
        configuration.hostName = "relay.example"
        configuration.queue.minimumFreeSpace = 0
        configuration.diskPatience = .milliseconds(20)
        configuration.expiry = .seconds(3600)
        configuration.log = Log(level: .debug, sink: log)
        return configuration
    }

    private func path(_ directory: String, _ identifier: MailIdentifier) -> String {
        "\(directory)/spool/active/\(identifier.folder)/\(identifier)"
    }

    /// Puts a message of a certain age into a spool that no relay has.
    private func put(_ directory: String, age: Duration) async throws -> MailIdentifier {
        let time = Timestamp.now.advanced(by: .zero - age)
        let queue = try MailQueue(configuration(directory).queue)
        let writer = QueueWriter(
            queue, envelope: try envelope(to: "bob@example.net"), identifier: MailIdentifier(at: time), arrival: time)
        try await writer.append(octets("Subject: x\r\n\r\nhello\r\n"))
        try await writer.commit(prologue: { [] }) { _, _ in }
        return writer.identifier
    }

    /// Puts a folder where the file was, which can be opened and not read.
    private func spoil(_ path: String) throws {
        try FileSystem.removeFile(path)
        try FileSystem.makeFolder(path)
    }

    private func relay(_ directory: String) async throws -> MailRelay {
        var relay: MailRelay?
        try await eventually("the spool is free") {
            relay = try? MailRelay(configuration(directory), transport: BrokenTransport())
            return relay != nil
        }
        return try #require(relay)
    }

    @Test("is set aside when its time is over, and not before", arguments: [true, false])
    func setAside(isSpoiledAtFirst: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let old = try await put(directory, age: .seconds(7200))
            var young: MailIdentifier?
            try await eventually("the spool is free") {
                young = try? await put(directory, age: .seconds(600))
                return young != nil
            }
            let paths = [path(directory, old), path(directory, try #require(young))]
            if isSpoiledAtFirst { for path in paths { try spoil(path) } }
            let relay = try await relay(directory)
            relay.state.withLock { $0.schedule.isPaused = true }
            try await relay.deliver {
                if !isSpoiledAtFirst {
                    try await eventually("both are known") { relay.state.withLock { $0.schedule.count } == 2 }
                    for path in paths { try spoil(path) }
                }
                relay.state.withLock { $0.schedule.isPaused = false }
                relay.pump()
                try await eventually("the old one is set aside") {
                    try FileSystem.names(in: "\(directory)/spool/corrupt") == [old.description]
                }
                let count = log.records(.error).count
                try await eventually("the other is asked for again") { log.records(.error).count > count + 2 }
                #expect(!relay.state.withLock { $0.schedule.contains(old) })
                #expect(try File(path: paths[1]).status.kind == .directory)
            }
            let given = log.records(.error).filter { $0.message.hasPrefix("gave up a message that cannot be read") }
            #expect(given.count == 1)
            #expect(try FileSystem.names(in: "\(directory)/spool/corrupt") == [old.description])
        }
    }

    @Test("says nothing of the message where the machine lacks descriptors or memory", arguments: [12, 23, 24])
    func exhaustion(code: Int32) async throws {
        try await withTemporaryDirectory { directory in
            let old = try await put(directory, age: .seconds(7200))
            let relay = try await relay(directory)
            let failure = SystemError(operation: "open", code: code)
            #expect(!relay.setAsideIfExpired(old, MailQueueError.system(failure)))
            #expect(!relay.setAsideIfExpired(old, MailQueueError.overloaded))
            #expect(try FileSystem.names(in: "\(directory)/spool/corrupt").isEmpty)
        }
    }

    @Test("is told of to its sender, once, though it cannot be returned")
    func told() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = configuration(directory)
            // Nothing of its content is kept in memory.
            configuration.queue.maximumBuffer = 1
            configuration.expiry = .zero
            let relay = try MailRelay(configuration, transport: BrokenTransport())
            relay.state.withLock { $0.schedule.isPaused = true }
            try await relay.deliver {
                let identifier = try await relay.submit(
                    octets("Subject: x\r\n\r\nhello\r\n"), try envelope(to: "bob@example.net"))
                try spoil(path(directory, identifier))
                relay.state.withLock { $0.schedule.isPaused = false }
                relay.pump()
                try await eventually("it is tried again to be rid of it") {
                    log.records(.error).filter { $0.message.hasPrefix("cannot note a delivery") }.count > 2
                }
            }
            #expect(log.records(.error).contains { $0.message.hasPrefix("cannot return mail") })
            #expect(log.records.filter { $0.message == "told a sender" }.count == 1)
        }
    }
}
