import NetiusMail
import TestSupport
import Testing

@Suite("Stores in memory")
struct MemoryMailStoreTests {
    private let envelope = SMTPEnvelope(sender: SMTPSender(nil))

    @Test("Messages are kept in the order in which they were committed")
    func order() async throws {
        let store = MemoryMailStore()
        let first = try await store.begin(envelope)
        let second = try await store.begin(envelope)
        try await first.append([1])
        try await second.append([2])
        try await first.append([3])
        let identifiers = [try await second.commit(), try await first.commit()]
        #expect(store.messages.map(\.content) == [[2], [1, 3]])
        #expect(store.messages.map(\.identifier) == identifiers)
        await first.abandon()
        await #expect(throws: MailStoreError.ended) { try await first.append([4]) }
        await #expect(throws: MailStoreError.ended) { try await first.commit() }
        #expect(store.removeAll().count == 2)
        #expect(store.messages.isEmpty)
    }

    @Test("It is full at its limits, and not again once there is room")
    func limits() async throws {
        let store = MemoryMailStore(maximumCount: 2, maximumSize: 4)
        let delivery = try await store.begin(envelope)
        try await delivery.append([1, 2, 3])
        await #expect(throws: MailStoreError.full) { try await store.store([4, 5], for: envelope) }
        await #expect(throws: MailStoreError.full) { try await delivery.append([4, 5]) }
        await delivery.abandon()
        _ = try await store.store([1, 2, 3, 4], for: envelope)
        await #expect(throws: MailStoreError.full) { try await store.store([1], for: envelope) }
        _ = try await store.store([], for: envelope)
        await #expect(throws: MailStoreError.full) { try await store.begin(envelope) }
        #expect(MailStoreError.full.reply.description == "452 4.3.1 insufficient system storage")
        _ = store.removeAll()
        _ = try await store.store([1, 2, 3, 4], for: envelope)
    }

    @Test("A delivery that is forgotten gives its room back")
    func forgotten() async throws {
        let store = MemoryMailStore(maximumSize: 2)
        do { try await store.begin(envelope).append([1, 2]) }
        _ = try await store.store([1, 2], for: envelope)
    }

    @Test("A store that discards takes everything, and calls no two messages the same")
    func discarding() async throws {
        let stores: [any MailStore] = [DiscardingMailStore(), DiscardingMailStore()]
        var names: Set<String> = []
        for store in stores {
            for _ in 0..<10 { names.insert(try await store.store([1, 2], for: envelope)) }
        }
        #expect(names.count == 20)
    }
}
