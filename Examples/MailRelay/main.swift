// A relay as a part of a program: it decides in a closure whose mail it takes, keeps it in a queue on the disk, and hands it to
// another host, which is in the same program. Mail for the world takes `route` as it is by default.
import Foundation
import Netius
import NetiusMail

guard let alice = MailAddress("alice@example.org"), let bob = MailAddress("bob@example.com") else {
    fatalError("both are addresses")
}

/// Makes a folder for this user alone. One that is there already, under a name that can be guessed, may be another user's.
func makePrivateFolder() -> String {
    let path = "/tmp/mail-relay-\(UInt64.random(in: 0 ... .max))"
    guard mkdir(path, 0o700) == 0 else { fatalError("there is no making \(path)") }
    return path
}

// The host that mail ends up with.
let host = SMTPServer(host: "127.0.0.1", port: 0) { session in
    let content = try await session.content.collect(upTo: 1024 * 1024)
    let text = String(decoding: content, as: UTF8.self)
    print("the host has a message of \(text.split(separator: "\r\n").count) lines")
    return .accepted("1")
}
let (hostPorts, hostListening) = AsyncStream<UInt16>.makeStream()
let hosting = Task { try await host.run { hostListening.yield($0.port ?? 0) } }
guard let hostPort = await hostPorts.first(where: { _ in true }) else { fatalError("the host does not listen") }

// The relay. Run it again with the same folder, and it goes on with what is in there.
let spool = Environment.process.string("SPOOL") ?? makePrivateFolder()
var configuration = MailRelay.Configuration(spool: spool)
configuration.hostName = "relay.example"
configuration.route = .host("127.0.0.1", port: hostPort, security: .opportunistic)
configuration.policy.trustedNetworks = try IPNetworkSet(parsing: ["127.0.0.0/8"])
let relay = try MailRelay(configuration)
var serving = SMTPServer.Configuration()
serving.hostName = configuration.hostName
let server = SMTPServer(
    host: "127.0.0.1", port: 0, configuration: serving,
    recipient: { session, recipient in
        // Whatever is not refused here is still up to the relay: it is never an open one.
        guard recipient.address.domain == "example.com" else { return .permanent("we only write to example.com") }
        return await relay.reply(to: recipient, in: session)
    },
    message: { session in try await relay.accept(session) })
let (ports, listening) = AsyncStream<UInt16>.makeStream()
let relaying = Task { try await relay.run(server) { listening.yield($0.port ?? 0) } }
guard let port = await ports.first(where: { _ in true }) else { fatalError("the relay does not listen") }

// One message through it, and one that it does not take.
for recipient in [bob, alice] {
    let message = try MailMessage(
        from: Mailbox(alice), to: [Mailbox(recipient)], subject: "Hello", text: "By way of a relay.\n")
    let result = try await SMTPClient.send(message, via: .host("127.0.0.1", port: port, security: .opportunistic))
    for recipient in result.recipients { print(recipient) }
}

// What was accepted is in the queue until it is delivered, whatever happens; here nobody waits for that longer than this.
let end = ContinuousClock.now + .seconds(30)
var left = 0
repeat {
    try await Task.sleep(for: .milliseconds(20))
    left = 0
    try MailSpool(path: spool).forEachMessage { _ in left += 1 }
} while left > 0 && ContinuousClock.now < end
print(left == 0 ? "the queue is empty" : "\(left) are left in \(spool)")
server.shutdown()
try await relaying.value
host.shutdown()
try await hosting.value
