public import Netius

/// A connection to a server of SMTP or LMTP, greeted and, as it was asked to be, protected and authenticated. It sends any
/// number of messages, one after the other.
///
/// ```swift
/// let connection = try await SMTPClientConnection.connect(to: "mx.example.com", port: 25, security: .opportunistic)
/// let outcomes = try await connection.send(envelope, .bytes(message))
/// await connection.quit()
/// ```
@safe  // The executor is that of a loop, which is held.
public actor SMTPClientConnection {
    /// The loop on which the connection lives.
    public nonisolated let loop: EventLoop
    /// The server's name or address, as it was given.
    public nonisolated let host: String
    /// The address of the other end.
    public nonisolated let peerAddress: SocketAddress
    nonisolated let configuration: SMTPClient.Configuration
    /// The loop's. Stored, because the runtime asks for it at each switch; unowned, for the loop is held above.
    public nonisolated let unownedExecutor: UnownedSerialExecutor
    let transport: Transport
    var parser: SMTPReplyParser

    /// What the server said first.
    public internal(set) var greeting: SMTPReply?
    /// What the server can do, as it said last.
    public internal(set) var capabilities = SMTPCapabilities.none
    /// Whether the server understands EHLO.
    public internal(set) var isExtended = false
    /// The user that was authenticated; nil where none was.
    public internal(set) var user: String?
    /// Whether the peer's certificate was verified.
    public internal(set) var isVerified = false
    /// The messages that were sent, whatever became of them.
    public internal(set) var messageCount = 0
    /// What was said since the connection was made, or `takeTranscript` was last called; nil unless it is captured.
    public internal(set) var transcript: SMTPTranscript?
    /// Why it is of no use any more; nil while it is.
    var failure: SMTPClientError?
    var needsReset = false
    /// What is not to be seen in replies while the user is being authenticated.
    var secrets: [String] = []
    var isBusy = false
    /// The content of the last message was sent to its end.
    var isContentSent = false
    /// The transactions so far, whatever became of them.
    var transactionCount = 0
    /// A transaction took too long: the connection was closed for that.
    private var isOverdue = false
    private(set) var isClosed = false

    init(_ transport: Transport, host: String, configuration: SMTPClient.Configuration) {
        self.transport = transport
        self.host = host
        self.configuration = configuration
        loop = transport.loop
        unsafe unownedExecutor = transport.loop.unownedExecutor
        peerAddress = transport.peerAddress
        parser = SMTPReplyParser(
            maximumLineLength: max(configuration.maximumReplyLineLength, 16),
            maximumLines: max(configuration.maximumReplyLines, 1),
            maximumLength: max(configuration.maximumReplyLength, 16))
        if configuration.capturesTranscript {
            transcript = SMTPTranscript(maximumEntries: configuration.maximumTranscriptEntries)
        }
    }

    /// What protects the connection; nil where nothing does.
    public var tls: TLSInformation? { transport.tls?.information }

    /// The address of this end; nil once the connection is closed.
    public var localAddress: SocketAddress? { transport.localAddress() }

    /// Whether another message can be sent: nothing has gone wrong, and nothing has arrived that was not asked for, as the
    /// connection's end.
    public var isUsable: Bool {
        guard !isClosed, failure == nil, !isBusy, !transport.pollable.isHungUp, transport.unreadCount == 0 else {
            return false
        }
        guard transport.pollable.isReadable || transport.tls != nil else { return true }
        guard case .wouldBlock = transport.receive() else { return false }
        return transport.unreadCount == 0
    }

    /// What was said since the connection was made, or this was last called; it is forgotten then.
    public func takeTranscript() -> SMTPTranscript? {
        defer {
            if transcript != nil {
                transcript = SMTPTranscript(maximumEntries: configuration.maximumTranscriptEntries)
            }
        }
        return transcript
    }

    // MARK: Ending

    /// Says QUIT, waits a little for the answer and closes the connection.
    public func quit() async {
        defer { close() }
        guard !isClosed, failure == nil, !isBusy else { return }
        isBusy = true
        _ = try? await withCancellation {
            _ = try await self.command("QUIT", within: self.configuration.quitTimeout)
        }
    }

    /// Closes the connection at once, ending what waits on it.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        transport.close()
    }

    /// Ends a transaction that takes too long, unless it has ended.
    func endTransaction(_ number: Int) {
        guard transactionCount == number, isBusy, !isClosed else { return }
        isOverdue = true
        close()
    }

    /// What it means that the connection has ended.
    func closed(_ error: (any Error)?) -> SMTPClientError {
        if isOverdue {
            return SMTPClientError(.timedOut, host: host, reason: "the transaction took too long")
        }
        return SMTPClientError(
            .connectionClosed, host: host,
            reason: isClosed ? "the connection was closed" : "the server closed the connection",
            underlying: error)
    }

    /// Runs an operation whose waits end when the task is cancelled.
    func withCancellation<Result: Sendable>(
        _ operation: () async throws -> Result
    ) async rethrows -> Result {
        try await withTaskCancellationHandler {
            self.loop.assertCurrent()
            return try await operation()
        } onCancel: {
            loop.execute { [transport] in transport.pollable.cancel() }
        }
    }

    deinit {
        // The last reference is gone: no task can wait on the transport, which only the loop may close.
        guard !isClosed else { return }
        loop.execute { [transport] in transport.close() }
    }
}
