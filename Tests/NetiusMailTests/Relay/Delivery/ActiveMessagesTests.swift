import Netius
import TestSupport
import Testing

@testable import NetiusMail

@Suite("The messages that a relay keeps in memory") struct ActiveMessagesTests {
    private func message(_ size: Int = 0) throws -> ActiveMessage {
        ActiveMessage(
            QueuedMessage(
                identifier: MailIdentifier(), arrival: .now, envelope: try envelope(to: "bob@example.net"), size: size),
            QueueContent(
                layout: QueueFileLayout(envelopeLength: 0, contentLength: size, prologueLength: 0), prologue: [],
                content: [[UInt8](repeating: 0, count: size)]))
    }

    /// A message, as often as it is asked for, as it is read from its file.
    private func withFile(_ body: (MailIdentifier, () throws -> ActiveMessage) throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            var configuration = MailQueue.Configuration(path: "\(directory)/spool")
            configuration.minimumFreeSpace = 0
            let queue = try MailQueue(configuration)
            let writer = QueueWriter(
                queue, envelope: try envelope(to: "bob@example.net"), identifier: MailIdentifier(), arrival: .now)
            try await writer.append([1, 2, 3])
            try await writer.commit(prologue: { [] }) { _, _ in }
            try body(writer.identifier) { try queue.load(writer.identifier) }
        }
    }

    @Test("nothing grows with those that have come and gone")
    func turnover() throws {
        var messages = ActiveMessages(maximumWeight: 1 << 20)
        var largest = 0
        for _ in 0..<20_000 {
            let message = try message()
            messages.insert(message)
            #expect(messages.use(message.identifier) === message)
            messages.release(message.identifier, isDone: true)
            largest = max(largest, messages.order.count)
        }
        #expect(largest <= 1026)
        #expect(messages.weight == 0)
    }

    @Test("those that came first make room, but for those in use, and those whose fate is not written")
    func eviction() throws {
        var messages = ActiveMessages(maximumWeight: 10_000)
        let used = try message(2000)
        let unwritten = try message(2000)
        messages.insert(used)
        _ = messages.use(used.identifier)
        unwritten.isUnwritten = true
        messages.insert(unwritten)
        let others = try (0..<100).map { _ in try message(500) }
        for other in others { messages.insert(other) }
        #expect(messages.weight <= 10_000)
        #expect(messages.use(used.identifier) === used)
        #expect(messages.use(unwritten.identifier) === unwritten)
        #expect(messages.use(others[0].identifier) == nil)
        #expect(messages.use(others[99].identifier) === others[99])
    }

    @Test("where nothing can make room, what is looked at is bounded, and all stay")
    func pinned() throws {
        var messages = ActiveMessages(maximumWeight: 1)
        let all = try (0..<5000).map { _ in try message() }
        for one in all {
            one.isUnwritten = true
            messages.insert(one)
        }
        #expect(all.allSatisfy { messages.use($0.identifier) === $0 })
    }

    @Test("what was read is dropped when nobody uses it, unless its fate is not written")
    func read() async throws {
        try await withFile { identifier, load in
            var messages = ActiveMessages(maximumWeight: 1)
            #expect(messages.use(identifier) == nil)
            // Beyond the limit, too, it is there while it is used.
            let first = try #require(messages.endReading(identifier, try load()))
            #expect(messages.use(identifier) === first)
            messages.release(identifier, isDone: false)
            first.isUnwritten = true
            messages.release(identifier, isDone: false)
            #expect(messages.use(identifier) === first)
            first.isUnwritten = false
            messages.release(identifier, isDone: false)
            #expect(messages.weight == 0)
            #expect(messages.use(identifier) == nil)
            #expect(messages.endReading(identifier, nil) == nil)
        }
    }

    @Test("who has read a message later than another uses the other's, which knows more")
    func overlappingReads() async throws {
        try await withFile { identifier, load in
            var messages = ActiveMessages(maximumWeight: 1 << 20)
            #expect(messages.use(identifier) == nil)
            #expect(messages.use(identifier) == nil)
            let stale = try load()
            let first = try #require(messages.endReading(identifier, try load()))
            // The first has been tried, and noted in its journal, before the second is there.
            messages.release(identifier, isDone: false)
            #expect(messages.endReading(identifier, stale) === first)
            messages.release(identifier, isDone: false)
            #expect(messages.weight == 0)
        }
    }
}
