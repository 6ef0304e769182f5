internal import Netius

/// A store in memory, for tests and for what is looked at once: it does not outlast the process.
public final class MemoryMailStore: MailStore {
    /// A message that was stored.
    public struct Message: Sendable, Hashable {
        /// What it is called.
        public let identifier: String
        /// Who it is from and for.
        public let envelope: SMTPEnvelope
        /// Its octets.
        public let content: [UInt8]
    }

    /// The most messages that are kept: with as many, it is full.
    public let maximumCount: Int
    /// The most octets of all messages, those on their way in too.
    public let maximumSize: Int

    private struct State {
        var messages: [Message] = []
        /// The octets of the messages, and of those on their way in.
        var size = 0
    }

    private let state = Guarded(State())

    /// An empty store: of 10,000 messages, and 256 MiB, at most.
    public init(maximumCount: Int = 10_000, maximumSize: Int = 256 << 20) {
        self.maximumCount = maximumCount
        self.maximumSize = maximumSize
    }

    /// The messages, in the order in which they came.
    public var messages: [Message] { state.withLock { $0.messages } }

    /// Takes all messages out.
    public func removeAll() -> [Message] {
        state.withLock { state in
            defer {
                state.size -= state.messages.reduce(0) { $0 + $1.content.count }
                state.messages = []
            }
            return state.messages
        }
    }

    /// Begins to store a message.
    ///
    /// - Throws: `MailStoreError.full`.
    public func begin(_ envelope: SMTPEnvelope) async throws -> Delivery {
        guard state.withLock({ $0.messages.count < maximumCount }) else { throw MailStoreError.full }
        return Delivery(envelope, self)
    }

    /// A message on its way in.
    public final class Delivery: MailDelivery {
        private struct State {
            var content: [UInt8] = []
            var hasEnded = false
        }

        private let envelope: SMTPEnvelope
        private let store: MemoryMailStore
        private let state = Guarded(State())

        fileprivate init(_ envelope: SMTPEnvelope, _ store: MemoryMailStore) {
            self.envelope = envelope
            self.store = store
        }

        deinit { drop() }

        /// Adds octets.
        ///
        /// - Throws: `MailStoreError.full`, `ended`.
        public func append(_ bytes: [UInt8]) async throws {
            try state.withLock { state throws(MailStoreError) in
                guard !state.hasEnded else { throw .ended }
                try store.reserve(bytes.count)
                state.content += bytes
            }
        }

        /// Stores the message.
        ///
        /// - Throws: `MailStoreError.full`, `ended`.
        public func commit() async throws -> String {
            let identifier = RandomIdentifier.make()
            try state.withLock { state throws(MailStoreError) in
                guard !state.hasEnded else { throw .ended }
                try store.add(Message(identifier: identifier, envelope: envelope, content: state.content))
                state = State(hasEnded: true)
            }
            return identifier
        }

        /// Gives up what was not committed.
        public func abandon() async { drop() }

        private func drop() {
            state.withLock { state in
                store.release(state.content.count)
                state = State(hasEnded: true)
            }
        }
    }

    private func reserve(_ count: Int) throws(MailStoreError) {
        try state.withLock { state throws(MailStoreError) in
            guard count <= maximumSize - state.size else { throw .full }
            state.size += count
        }
    }

    private func release(_ count: Int) {
        state.withLock { $0.size -= count }
    }

    private func add(_ message: Message) throws(MailStoreError) {
        try state.withLock { state throws(MailStoreError) in
            guard state.messages.count < maximumCount else { throw .full }
            state.messages.append(message)
        }
    }
}
