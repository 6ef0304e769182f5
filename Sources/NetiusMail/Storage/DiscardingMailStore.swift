internal import Synchronization

/// A store that keeps nothing, for measurements and tests.
public struct DiscardingMailStore: MailStore {
    /// A message that is forgotten.
    public struct Delivery: MailDelivery {
        let names: Names

        /// Forgets the octets.
        public func append(_ bytes: [UInt8]) async throws {}

        /// Says that it is stored, which it is not.
        public func commit() async throws -> String { names.next() }

        /// Does nothing.
        public func abandon() async {}
    }

    /// What messages are called: by the store and their number. To draw lots for each would be most of the work here.
    final class Names: Sendable {
        private let prefix = String(RandomIdentifier.make().prefix(9))
        private let count = Atomic<UInt64>(0)

        func next() -> String { "\(prefix)\(count.wrappingAdd(1, ordering: .relaxed).newValue)" }
    }

    private let names = Names()

    /// A store.
    public init() {}

    /// Begins to forget a message.
    public func begin(_ envelope: SMTPEnvelope) async throws -> Delivery { Delivery(names: names) }
}
