import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("A relay whose disk does not do what it should") struct RelayRecoveryTests {
    /// Delivers in vain, for a reason of its own.
    private struct BrokenTransport: RelayTransport, RelayDeliverer {
        struct Failure: Error {}

        func makeDeliverer(to destination: RelayDestination, on loop: EventLoop) -> any RelayDeliverer { self }
        func deliver(_ delivery: RelayDelivery) async throws -> RelayResult { throw Failure() }
        func close() async {}
    }

    private func configuration(_ directory: String) -> MailRelay.Configuration {
        var configuration = MailRelay.Configuration(spool: "\(directory)/spool")
        configuration.hostName = "relay.example"
        configuration.queue.minimumFreeSpace = 0
        configuration.log = Log(level: .debug, sink: RecordingLogSink())
        return configuration
    }

    /// Puts messages into a spool that no relay has, a minute and more before now.
    private func fill(_ directory: String, _ count: Int, recipients: Bool = true) async throws -> [MailIdentifier] {
        let queue = try MailQueue(configuration(directory).queue)
        var identifiers: [MailIdentifier] = []
        let time = Timestamp.now
        for number in 0..<count {
            let writer = QueueWriter(
                queue, envelope: recipients ? try envelope(to: "r\(number)@example.net") : try envelope(),
                identifier: MailIdentifier(at: time.advanced(by: .seconds(-100 - 200 * (number % 2)))),
                arrival: .now)
            try await writer.append(Array("Subject: \(number)\r\n\r\nhello\r\n".utf8))
            try await writer.commit(prologue: { [] }) { _, _ in }
            identifiers.append(writer.identifier)
        }
        return identifiers
    }

    private func path(_ directory: String, _ identifier: MailIdentifier) -> String {
        "\(directory)/spool/active/\(identifier.folder)/\(identifier)"
    }

    @Test("mail that cannot be read at first is delivered when it can be, and stays where it is until then")
    func unreadable() async throws {
        let box = MessageBox()
        try await withTemporaryDirectory { directory in
            let identifiers = try await fill(directory, 4)
            // A folder with two messages, and one message of the other.
            let folder = "\(directory)/spool/active/\(identifiers[0].folder)"
            try FileSystem.move(folder, to: "\(directory)/folder")
            try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: folder)
            let file = path(directory, identifiers[1])
            try FileSystem.move(file, to: "\(directory)/file")
            try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: file)
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                    configuration.diskPatience = .milliseconds(20)
                } _: { relay in
                    try await eventually("what can be read is delivered") { box.messages.count == 1 }
                    try await eventually("the rest is asked for again") {
                        relay.log.records(.error).filter { $0.message.contains("cannot be read yet") }.count > 2
                    }
                    #expect(try FileSystem.names(in: "\(directory)/spool/corrupt").isEmpty)
                    try FileSystem.move("\(directory)/file", to: file)
                    try await eventually("the message is delivered") { box.messages.count == 2 }
                    // In one step, so that it is never missing.
                    try FileManager.default.createSymbolicLink(
                        atPath: "\(directory)/link", withDestinationPath: "\(directory)/folder")
                    try FileSystem.move("\(directory)/link", to: folder)
                    try await eventually("all are delivered") { box.messages.count == 4 }
                    try await relay.waitUntilEmpty()
                }
            }
        }
        let names = box.messages.flatMap { $0.session.envelope.recipients.map(\.address.localPart) }
        #expect(names.sorted() == ["r0", "r1", "r2", "r3"])
    }

    @Test("mail of which a crash left the spare alone is delivered, and what cannot be read of it when it can be")
    func spares() async throws {
        let box = MessageBox()
        try await withTemporaryDirectory { directory in
            let identifiers = try await fill(directory, 2)
            try await eventually("each has one name") { try writtenSpares(directory).isEmpty }
            let spares = ["one", "two"].map { "\(directory)/spool/incoming/\($0)" }
            try FileSystem.move(path(directory, identifiers[0]), to: spares[0])
            try FileSystem.move(path(directory, identifiers[1]), to: "\(directory)/away")
            try FileManager.default.createSymbolicLink(atPath: spares[1], withDestinationPath: spares[1])
            try await withSMTPServer(box: box) { server in
                try await withRelay(directory) { configuration in
                    configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                    configuration.diskPatience = .milliseconds(20)
                } _: { relay in
                    try await eventually("what can be read is delivered") { box.messages.count == 1 }
                    try await eventually("the rest is asked for again") {
                        relay.log.records(.error).filter { $0.message.contains("cannot be read yet") }.count > 2
                    }
                    try FileSystem.move("\(directory)/away", to: spares[1])
                    try await eventually("the rest is delivered") { box.messages.count == 2 }
                    try await relay.waitUntilEmpty()
                }
            }
        }
        let names = box.messages.flatMap { $0.session.envelope.recipients.map(\.address.localPart) }
        #expect(names == ["r0", "r1"])
    }

    @Test("what is taken while it begins is not taken for what was there before")
    func acceptanceMeanwhile() async throws {
        try await withTemporaryDirectory { directory in
            let old = try await fill(directory, 1)
            var relay: MailRelay?
            try await eventually("the spool is free") {
                relay = try? MailRelay(configuration(directory), transport: BrokenTransport())
                return relay != nil
            }
            let new = try #require(relay)
            new.state.withLock { $0.schedule.isPaused = true }
            // In its place, and nobody has been told yet.
            let writer = QueueWriter(
                new.queue, envelope: try envelope(to: "bob@example.net"), identifier: MailIdentifier(), arrival: .now)
            try await writer.append([1, 2, 3])
            try await writer.commit(prologue: { [] }) { _, _ in }
            try await new.begin()
            #expect(new.state.withLock { $0.schedule.contains(old[0]) })
            #expect(!new.state.withLock { $0.schedule.contains(writer.identifier) })
        }
    }

    @Test("a failure that nobody foresaw counts as an attempt, and ends when its time is over")
    func unforeseen() async throws {
        let log = RecordingLogSink()
        try await withTemporaryDirectory { directory in
            var configuration = configuration(directory)
            configuration.backoff.minimum = .milliseconds(5)
            configuration.backoff.maximum = .milliseconds(20)
            configuration.expiry = .milliseconds(300)
            configuration.log = Log(level: .debug, sink: log)
            let relay = try MailRelay(configuration, transport: BrokenTransport())
            try await relay.deliver {
                try await relay.submit(
                    Array("Subject: hi\r\n\r\nhello\r\n".utf8), try envelope(to: "bob@example.net"))
                try await eventually("it went back") { log.records.contains { $0.message == "told a sender" } }
                try await eventually("the notification was given up") {
                    relay.state.withLock { $0.schedule.count } == 0
                }
            }
            #expect(log.records(.error).filter { $0.message.hasPrefix("a delivery failed here") }.count > 1)
        }
    }

    @Test("a message whose file was removed by hand is not waited for")
    func removedByHand() async throws {
        try await withTemporaryDirectory { directory in
            var configuration = configuration(directory)
            // Nothing is kept in memory.
            configuration.queue.maximumBuffer = 1
            let relay = try MailRelay(configuration, transport: BrokenTransport())
            try await relay.deliver {
                let spool = try MailSpool(path: configuration.queue.path)
                try await spool.pause()
                let identifier = try await relay.submit([1, 2, 3], try envelope(to: "bob@example.net"))
                #expect(relay.state.withLock { $0.schedule.count } == 1)
                try FileSystem.removeFile(path(directory, identifier))
                try await spool.resume()
                try await eventually("it is forgotten") { relay.state.withLock { $0.schedule.count } == 0 }
                #expect(relay.state.withLock { $0.messages.weight } == 0)
            }
        }
    }

    @Test("no file stays open for messages that wait")
    func descriptors() async throws {
        try await withTemporaryDirectory { directory in
            let count = 200
            _ = try await fill(directory, count)
            let before = try FileSystem.names(in: "/dev/fd").count
            try await withRelay(directory) { configuration in
                // Nobody listens there.
                configuration.route = .host("127.0.0.1", port: 1, security: .none)
                configuration.backoff.minimum = .seconds(3600)
                configuration.backoff.maximum = .seconds(3600)
            } _: { relay in
                try await eventually("all were tried") {
                    try await relay.queued().filter { $0.recipients[0].attempts > 0 }.count == count
                }
                #expect(try FileSystem.names(in: "/dev/fd").count < before + count / 2)
                try await eventually("nothing is kept of them") {
                    relay.relay.state.withLock { $0.messages.weight } == 0
                }
            }
        }
    }

    @Test("what is for nobody is refused, and where it is there it is removed")
    func forNobody() async throws {
        try await withTemporaryDirectory { directory in
            _ = try await fill(directory, 2, recipients: false)
            try await withRelay(directory) { relay in
                try await relay.waitUntilEmpty()
                await #expect(throws: MailQueueError.noRecipients) {
                    try await relay.relay.submit([1, 2, 3], try envelope())
                }
                #expect(try await relay.queued().isEmpty)
            }
        }
    }

    @Test("a message that was delivered and cannot be removed is not delivered again, not even by the next relay")
    func unremovable() async throws {
        guard geteuid() == 0, let mount = ChildProcess("mount"), let umount = ChildProcess("umount") else {
            return print("skipped: only root can mount")
        }
        let box = MessageBox()
        try await withTemporaryDirectory { directory in
            let identifiers = try await fill(directory, 1)
            let file = path(directory, identifiers[0])
            // What something is mounted on is not removed.
            let mounted = try await mount.run(["--bind", file, file])
            guard mounted.status == 0 else { return print("skipped: \(mounted.errors)") }
            do {
                try await withSMTPServer(box: box) { server in
                    for _ in 0..<2 {
                        try await withRelay(directory) { configuration in
                            configuration.route = .host("127.0.0.1", port: server.port, security: .none)
                            configuration.diskPatience = .milliseconds(20)
                        } _: { relay in
                            try await eventually("its removal was tried again") {
                                relay.log.records(.error).filter { $0.message.contains("cannot note") }.count > 1
                            }
                            #expect(try await relay.queued().map(\.isSettled) == [true])
                        }
                    }
                }
            } catch {
                _ = try await umount.run([file])
                throw error
            }
            #expect(try await umount.run([file]).status == 0)
            try await withRelay(directory) { relay in try await relay.waitUntilEmpty() }
        }
        #expect(box.messages.count == 1)
    }
}
