// A mail server for example.com that tells of each message instead of storing it.
// Try it: swaks --server 127.0.0.1:2525 --to frank@example.com
import Netius
import NetiusMail

let size = 1 << 20
var configuration = SMTPServer.Configuration()
configuration.localDomains = ["example.com"]
configuration.limits.messageSize = size
configuration.tls = try TLSServerContext(identity: .selfSigned(names: ["localhost"]))

let port = try Environment.process.port("PORT") ?? 2525
let server = SMTPServer(
    port: port, configuration: configuration,
    recipient: { _, recipient in
        recipient.address.localPart == "nobody"
            ? .permanent("no such user", status: SMTPEnhancedStatus(5, 1, 1)) : .accepted
    },
    message: { session in
        let content = try await session.content.collect(upTo: size)
        let sender = session.envelope.sender.address?.description ?? "<>"
        let recipients = session.envelope.recipients.map(\.address.description).joined(separator: " ")
        session.log.notice("\(content.count) octets from \(sender) for \(recipients)")
        return .accepted("\(content.count)-octets")
    })
try await server.run { address in
    Log.current.notice("listening", metadata: ["address": "\(address)"])
}
