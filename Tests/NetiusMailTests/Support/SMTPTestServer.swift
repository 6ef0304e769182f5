import Netius
import TestSupport
import Testing

@testable import NetiusMail

/// A server that runs for as long as a test needs it, on a loop of its own and a port that the system chose.
struct SMTPTestServer: Sendable {
    let server: SMTPServer
    let address: SocketAddress
    let log: RecordingLogSink
    /// What `run` came to.
    let task: Task<Void, any Error>

    var port: UInt16 { address.port ?? 0 }

    /// A client that has not read the greeting.
    func connect() async throws -> RawSMTPClient {
        let connection = try await Connection.connect(to: address)
        await connection.setTimeouts(read: .seconds(60), write: .seconds(60))
        return RawSMTPClient(connection)
    }

    /// A client that has been greeted, and has said EHLO, or what it is told to.
    func greeted(_ hello: String = "EHLO client.example") async throws -> RawSMTPClient {
        let client = try await connect()
        _ = try await client.reply()
        _ = try await client.ask(hello)
        return client
    }

    /// Asks the worker of the only loop.
    func worker<Result: Sendable>(_ ask: @Sendable @escaping (SMTPServerWorker) -> Result) async throws -> Result {
        guard let worker = server.running.withLock({ $0?.workers.first }) else { throw TestFailure("it does not run") }
        return try await worker.loop.run { ask(worker) }
    }

    /// The connections that the server has.
    func connectionCount() async throws -> Int { try await server.running.connectionCount() }
}

/// What a server was handed.
final class MessageBox: Sendable {
    struct Message: Sendable {
        var session: SMTPSession
        var content: [UInt8]
        var chunks: Int
        var text: String { String(decoding: content, as: UTF8.self) }
    }

    private let storage = Box<[Message]>([])
    var messages: [Message] { storage.value }
    var texts: [String] { messages.map(\.text) }

    /// Takes a message.
    func take(_ session: SMTPSession) async throws -> SMTPReply {
        var content: [UInt8] = []
        var chunks = 0
        for try await chunk in session.content {
            content += chunk
            chunks += 1
        }
        storage.value.append(Message(session: session, content: content, chunks: chunks))
        return .accepted("\(messages.count)")
    }
}

/// Runs a server around a test and shuts it down after it. Its messages go to `box` unless there is a handler.
func withSMTPServer<Result>(
    _ configure: (inout SMTPServer.Configuration) throws -> Void = { _ in }, box: MessageBox = MessageBox(),
    connection: SMTPServer.SessionHandler? = nil, sender: SMTPServer.SenderHandler? = nil,
    recipient: SMTPServer.RecipientHandler? = nil, message: SMTPServer.SessionHandler? = nil,
    deliver: SMTPServer.DeliveryHandler? = nil, _ test: (SMTPTestServer) async throws -> Result
) async throws -> Result {
    let group = try LoopGroup(count: 1)
    let log = RecordingLogSink()
    var configuration = SMTPServer.Configuration()
    configuration.hostName = "mail.example"
    configuration.loops = group
    configuration.shutdownSignals = []
    configuration.shutdownTimeout = .seconds(10)
    configuration.lingerTimeout = .seconds(30)
    configuration.authenticationDelay = .zero
    configuration.log = Log(level: .debug, sink: log)
    try configure(&configuration)
    let address = SocketAddress.ip(.v4(.loopback), port: 0)
    let server: SMTPServer
    if let deliver {
        server = SMTPServer.lmtp(
            address: address, configuration: configuration, connection: connection, sender: sender,
            recipient: recipient, deliver: deliver)
    } else {
        let take: SMTPServer.SessionHandler = { session in try await box.take(session) }
        server = SMTPServer(
            address: address, configuration: configuration, connection: connection, sender: sender,
            recipient: recipient, message: message ?? take)
    }
    return try await withRunning(
        on: group, { try await server.run(whenListening: $0) }, shutdown: server.shutdown
    ) { address, task in
        try await test(SMTPTestServer(server: server, address: address, log: log, task: task))
    }
}
