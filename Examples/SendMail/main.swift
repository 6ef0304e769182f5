// Builds a message and hands it, over TLS and with a password, to a server that is in the same program.
// Sending to a provider takes the last part alone, with the provider's name.
import Netius
import NetiusMail

guard let alice = MailAddress("alice@example.org"), let bob = MailAddress("bob@example.com") else {
    fatalError("both are addresses")
}

// The server: it has a certificate of its own, and knows one user.
let identity = try TLSIdentity.selfSigned(names: ["localhost"])
var settings = SMTPServer.Configuration()
settings.tls = try TLSServerContext(identity: identity)
settings.requiresAuthentication = true
settings.authenticator = SMTPAuthenticator { user, password, _ in user == "alice" && password == "secret" }
let server = SMTPServer(host: "127.0.0.1", port: 0, configuration: settings) { session in
    let content = try await session.content.collect(upTo: 1024 * 1024)
    print("the server has a message of \(session.user ?? "nobody"), with \(content.count) octets")
    return .accepted("1")
}
let (ports, listening) = AsyncStream<UInt16>.makeStream()
let running = Task { try await server.run { listening.yield($0.port ?? 0) } }
guard let port = await ports.first(where: { _ in true }) else { fatalError("the server does not listen") }

// The client.
var message = try MailMessage(
    from: Mailbox(alice), to: [Mailbox(bob)], subject: "Grüße", text: "It works.\n.\nAnd this is still the message.\n")
message.bcc = [Mailbox(alice)]

var configuration = SMTPClient.Configuration()
var trust = TLSClientConfiguration()
trust.trustRoots = .certificates(identity.chain)
configuration.tls = try TLSClientContext(trust)
let result = try await SMTPClient.send(
    message,
    via: .host("localhost", port: port, credentials: SMTPCredentials(user: "alice", password: "secret")),
    configuration: configuration)
for recipient in result.recipients { print(recipient) }

server.shutdown()
try await running.value
