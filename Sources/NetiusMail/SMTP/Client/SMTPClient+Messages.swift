extension SMTPClient {
    /// Sends a message, and says of it what it needs: 8BITMIME where it has octets above 127, and SMTPUTF8 where its
    /// header section or an address has.
    ///
    /// - Parameters:
    ///   - message: The message as it is, header section and body.
    ///   - sender: Whom to notify of failures; nil for nobody.
    ///   - recipients: Whom it is for, whatever the message says.
    ///   - route: By which way.
    /// - Returns: What came of each recipient.
    /// - Throws: `CancellationError`.
    public func send(
        _ message: [UInt8], from sender: MailAddress?, to recipients: [MailAddress], via route: SMTPRoute
    ) async throws -> SMTPResult {
        var from = SMTPSender(sender)
        if let first = message.firstIndex(where: { $0 >= 0x80 }) {
            from.body = .eightBitMIME
            from.usesUTF8 = first < MailHeaderSection(message).bodyStart
        }
        if sender?.requiresUTF8 ?? false { from.usesUTF8 = true }
        let envelope = SMTPEnvelope(sender: from, recipients: recipients.map { SMTPRecipient($0) })
        return try await send(envelope, .bytes(message), via: route)
    }

    /// Sends a message that was built here.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - sender: Whom to notify of failures; who sends it or wrote it, by what it says, where it is nil.
    ///   - recipients: Whom it is for; whom it is to by what it says, where it is nil.
    ///   - route: By which way.
    /// - Returns: What came of each recipient.
    /// - Throws: `MailMessageError` where it cannot be written; `CancellationError`.
    public func send(
        _ message: MailMessage, from sender: MailAddress? = nil, to recipients: [MailAddress]? = nil,
        via route: SMTPRoute
    ) async throws -> SMTPResult {
        let sender = sender ?? message.sender?.address ?? message.from.first?.address
        let recipients = recipients ?? message.recipients
        let needsUTF8 = recipients.contains(where: \.requiresUTF8) || sender?.requiresUTF8 ?? false
        let content = try message.encoded(allowingUTF8: needsUTF8)
        return try await send(content, from: sender, to: recipients, via: route)
    }

    /// Sends one message that was built here with a client of its own, as `send(_:from:to:via:)`.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - sender: Whom to notify of failures; who sends it or wrote it, by what it says, where it is nil.
    ///   - recipients: Whom it is for; whom it is to by what it says, where it is nil.
    ///   - route: By which way.
    ///   - configuration: How.
    /// - Returns: What came of each recipient.
    /// - Throws: `MailMessageError` where it cannot be written; `CancellationError`.
    public static func send(
        _ message: MailMessage, from sender: MailAddress? = nil, to recipients: [MailAddress]? = nil,
        via route: SMTPRoute, configuration: Configuration = Configuration()
    ) async throws -> SMTPResult {
        try await withClient(configuration) {
            try await $0.send(message, from: sender, to: recipients, via: route)
        }
    }

    /// Sends one message with a client of its own, as `send(_:from:to:via:)`.
    ///
    /// - Parameters:
    ///   - message: The message as it is, header section and body.
    ///   - sender: Whom to notify of failures; nil for nobody.
    ///   - recipients: Whom it is for, whatever the message says.
    ///   - route: By which way.
    ///   - configuration: How.
    /// - Returns: What came of each recipient.
    /// - Throws: `CancellationError`.
    public static func send(
        _ message: [UInt8], from sender: MailAddress?, to recipients: [MailAddress], via route: SMTPRoute,
        configuration: Configuration = Configuration()
    ) async throws -> SMTPResult {
        try await withClient(configuration) {
            try await $0.send(message, from: sender, to: recipients, via: route)
        }
    }

    private static func withClient(
        _ configuration: Configuration, _ send: (SMTPClient) async throws -> SMTPResult
    ) async throws -> SMTPResult {
        let client = SMTPClient(configuration: configuration)
        do {
            let result = try await send(client)
            await client.shutdown()
            return result
        } catch {
            await client.shutdown()
            throw error
        }
    }
}
