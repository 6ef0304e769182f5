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
        configuration.unreadablePatience = .zero
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

    /// Puts a link to itself where the file was, which cannot be opened.
    private func spoil(_ path: String) throws {
        try FileSystem.removeFile(path)
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: path)
    }

    private func relay(_ directory: String, patience: Duration = .zero) async throws -> MailRelay {
        var configuration = configuration(directory)
        configuration.unreadablePatience = patience
        var relay: MailRelay?
        try await eventually("the spool is free") {
            relay = try? MailRelay(configuration, transport: BrokenTransport())
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
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: paths[1]) == paths[1])
            }
            let given = log.records(.error).filter { $0.message.hasPrefix("gave up a message that cannot be read") }
            #expect(given.count == 1)
            #expect(try FileSystem.names(in: "\(directory)/spool/corrupt") == [old.description])
        }
    }

    private static let failure = MailQueueError.system(SystemError(operation: "read", code: 5))

    @Test("is set aside when it could not be read for a while, and not while it could now and then")
    func patience() async throws {
        try await withTemporaryDirectory { directory in
            let old = try await put(directory, age: .seconds(7200))
            let relay = try await relay(directory, patience: .seconds(3600))
            relay.state.withLock { $0.schedule.isPaused = true }
            let start = MonotonicTime.now
            func isSetAside(after seconds: Int) -> Bool {
                relay.setAsideIfExpired(old, Self.failure, at: start + .seconds(seconds))
            }
            #expect(!isSetAside(after: 0) && !isSetAside(after: 3599))
            // Now it can be read.
            try await relay.begin()
            #expect(!isSetAside(after: 3600) && !isSetAside(after: 7199))
            #expect(try FileSystem.names(in: "\(directory)/spool/corrupt").isEmpty)
            #expect(isSetAside(after: 7200))
            #expect(try FileSystem.names(in: "\(directory)/spool/corrupt") == [old.description])
        }
    }

    @Test("stays where it is while somebody has read it")
    func inUse() async throws {
        try await withTemporaryDirectory { directory in
            let old = try await put(directory, age: .seconds(7200))
            let relay = try await relay(directory)
            let isRead = relay.state.withLock { $0.messages.use(old) != nil }
            #expect(!isRead)
            #expect(!relay.setAsideIfExpired(old, Self.failure))
            let read = try relay.queue.load(old)
            relay.state.withLock { _ = $0.messages.endReading(old, read) }
            #expect(!relay.setAsideIfExpired(old, Self.failure))
            relay.state.withLock { $0.messages.release(old, isDone: false) }
            #expect(relay.setAsideIfExpired(old, Self.failure))
        }
    }

    @Test("is asked for again where it cannot be set aside either", arguments: [true, false])
    func notSetAside(isSpoiledAtFirst: Bool) async throws {
        try await withTemporaryDirectory { directory in
            let old = try await put(directory, age: .seconds(7200))
            let path = path(directory, old)
            if isSpoiledAtFirst { try spoil(path) }
            let relay = try await relay(directory)
            relay.state.withLock { $0.schedule.isPaused = true }
            let corrupt = "\(directory)/spool/corrupt"
            #expect(FileSystem.removeFolder(corrupt))
            try await relay.deliver {
                if !isSpoiledAtFirst {
                    try await eventually("it is known") { relay.state.withLock { $0.schedule.count } == 1 }
                    try spoil(path)
                }
                relay.state.withLock { $0.schedule.isPaused = false }
                relay.pump()
                try await eventually("it was tried to set it aside") {
                    log.records(.error).count { $0.message.contains("cannot be set aside") } > 2
                }
                #expect(!log.records(.error).contains { $0.message.hasPrefix("gave up") })
                try FileSystem.makeFolder(corrupt)
                try await eventually("it is set aside") {
                    try FileSystem.names(in: corrupt) == [old.description]
                }
            }
            #expect(!relay.state.withLock { $0.schedule.contains(old) })
        }
    }

    @Test(
        "says nothing of the message where it is this process that lacks something, or has to wait",
        arguments: [0, 1, 4, 11, 12, 13, 23, 24, 105, 110, 116])
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
                // A folder can be opened and not read, nor removed as a file.
                try FileSystem.removeFile(path(directory, identifier))
                try FileSystem.makeFolder(path(directory, identifier))
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
