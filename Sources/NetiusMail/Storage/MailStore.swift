/// Where messages go that have arrived: `Maildir`, `MemoryMailStore`, `DiscardingMailStore`, or one's own.
public protocol MailStore: Sendable {
    /// A message on its way in.
    associatedtype Delivery: MailDelivery

    /// Says whether messages for the address are stored: to be asked when a recipient is named.
    ///
    /// - Throws: `MailStoreError.unknownMailbox` where they are not; any other error where that cannot be told now.
    func check(_ recipient: MailAddress) async throws

    /// Begins to store a message for all recipients of the envelope.
    ///
    /// - Throws: `MailStoreError`, or an error of the store's own; then nothing is stored.
    func begin(_ envelope: SMTPEnvelope) async throws -> Delivery
}

/// A message on its way into a store: pieces are added, then it is committed or abandoned. One task uses it.
public protocol MailDelivery: Sendable {
    /// Adds octets to the message: lines that end with CRLF, cut anywhere.
    ///
    /// - Throws: An error after which it can only be abandoned.
    func append(_ bytes: [UInt8]) async throws

    /// Stores the message so that it lasts: once this has returned, nothing that happens to the process loses it.
    ///
    /// - Returns: What the message is called from now on.
    /// - Throws: An error; then it is not stored. It does not end early when the task is cancelled: whoever believed that
    ///   it is not stored would have it delivered twice.
    func commit() async throws -> String

    /// Gives up what has not been committed. Nothing is left of it.
    func abandon() async
}

extension MailStore {
    /// Any address is known.
    public func check(_ recipient: MailAddress) async throws {}

    /// Stores a message from its envelope and its content.
    ///
    /// - Parameters:
    ///   - content: The message, in pieces.
    ///   - prefix: What is put before it, as the trace field `Received`.
    ///   - envelope: Who it is from and for.
    /// - Returns: What the message is called from now on.
    /// - Throws: What reading the content throws, or the store; then nothing is stored.
    public func store(
        _ content: some AsyncSequence<[UInt8], any Error>, after prefix: [UInt8] = [], for envelope: SMTPEnvelope
    ) async throws -> String {
        let delivery = try await begin(envelope)
        do {
            if !prefix.isEmpty { try await delivery.append(prefix) }
            for try await bytes in content { try await delivery.append(bytes) }
            return try await delivery.commit()
        } catch {
            await delivery.abandon()
            throw error
        }
    }

    /// Stores a message that is there already.
    ///
    /// - Returns: What the message is called from now on.
    /// - Throws: What the store throws; then nothing is stored.
    public func store(_ message: [UInt8], for envelope: SMTPEnvelope) async throws -> String {
        let delivery = try await begin(envelope)
        do {
            try await delivery.append(message)
            return try await delivery.commit()
        } catch {
            await delivery.abandon()
            throw error
        }
    }
}
