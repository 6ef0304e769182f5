import Netius
import NetiusDNS
import TestSupport
import Testing

@testable import NetiusMail

/// A relay that runs for as long as a test needs it, with the address that it takes mail at.
struct RelayTestServer: Sendable {
    let relay: MailRelay
    let address: SocketAddress
    let log: RecordingLogSink

    /// Hands over a message, and returns what came of each recipient.
    func send(
        _ envelope: SMTPEnvelope, _ content: String = "From: alice@example.org\r\nSubject: hi\r\n\r\nhello\r\n"
    ) async throws -> [SMTPOutcome] {
        let connection = try await SMTPClientConnection.connect(
            to: address, serverName: "relay.example", security: .none, configuration: .test)
        let outcomes = try await connection.send(envelope, .bytes(Array(content.utf8)))
        await connection.quit()
        return outcomes
    }

    /// The messages in the queue, whatever their state.
    func queued() async throws -> [QueuedMessage] {
        let spool = try MailSpool(path: relay.configuration.queue.path)
        var messages: [QueuedMessage] = []
        try spool.forEachMessage { messages.append($0) }
        return messages
    }

    func waitUntilEmpty() async throws {
        try await eventually("the queue is empty") { try await queued().isEmpty }
    }
}

/// Runs a relay in a folder around a test, and ends it after it. It trusts everybody on this machine, and tries again after
/// a tenth of a second.
func withRelay<Result: Sendable>(
    _ directory: String, _ configure: (inout MailRelay.Configuration) throws -> Void = { _ in },
    serving configureServer: (inout SMTPServer.Configuration) -> Void = { _ in },
    transport makeTransport: (MailRelay.Configuration, LoopGroup) throws -> (any RelayTransport)? = { _, _ in nil },
    _ test: @Sendable (RelayTestServer) async throws -> Result
) async throws -> Result {
    let group = try LoopGroup(count: 2)
    let log = RecordingLogSink()
    var configuration = MailRelay.Configuration(spool: "\(directory)/spool")
    configuration.hostName = "relay.example"
    configuration.policy.localDomains = ["local.example"]
    configuration.policy.trustedNetworks = try IPNetworkSet(parsing: ["127.0.0.0/8"])
    configuration.queue.minimumFreeSpace = 1 << 20
    configuration.backoff.minimum = .milliseconds(100)
    configuration.backoff.maximum = .milliseconds(400)
    configuration.usesMTASTS = false
    configuration.loops = group
    configuration.client.quitTimeout = .seconds(5)
    configuration.log = Log(level: .debug, sink: log)
    try configure(&configuration)
    // A thread that has just done something for an earlier one may still hold the spool.
    var made: MailRelay?
    let final = configuration
    try await eventually("the spool is free") {
        do {
            made = try MailRelay(final, transport: try makeTransport(final, group))
        } catch MailQueueError.locked {
            return false
        }
        return true
    }
    let relay = try #require(made)
    var serving = SMTPServer.Configuration()
    serving.shutdownSignals = []
    serving.shutdownTimeout = .seconds(10)
    configureServer(&serving)
    let server = relay.server(port: 0, configuration: serving)
    return try await withRunning(
        on: group, { try await relay.run(server, whenListening: $0) }, shutdown: server.shutdown
    ) { address, _ in
        try await test(RelayTestServer(relay: relay, address: address, log: log))
    }
}
