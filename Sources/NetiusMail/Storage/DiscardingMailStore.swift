/// A store that keeps nothing, for measurements and tests.
public struct DiscardingMailStore: MailStore {
    /// A message that is forgotten.
    public struct Delivery: MailDelivery {
        /// Forgets the octets.
        public func append(_ bytes: [UInt8]) async throws {}

        /// Says that it is stored, which it is not.
        public func commit() async throws -> String { RandomIdentifier.make() }

        /// Does nothing.
        public func abandon() async {}
    }

    /// A store.
    public init() {}

    /// Begins to forget a message.
    public func begin(_ envelope: SMTPEnvelope) async throws -> Delivery { Delivery() }
}
