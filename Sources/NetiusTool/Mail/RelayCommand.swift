import Netius
import NetiusDNS
import NetiusMail

/// `netius relay`: takes mail, keeps it safe, and hands it on.
struct RelayCommand: Command {
    static let description = CommandDescription(
        name: "relay", summary: "Takes mail by policy, keeps it safe in a queue, and hands it on.",
        options: [
            spool, domains, maildir, layout, lmtp, via, viaSecurity, viaUser, viaPasswordFile, trusted, users, hostName,
            postmaster, implicitTLS, plaintextAuthentication, mtaSTS, exchangerPort, retry, longestRetry, expiry, delay,
            deliveries, deliveriesPerDomain, size, events, transcript, webhook,
        ] + serverOptions)

    let server: ServerOptions
    let options: RelayOptions

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try ServerOptions(values)
        options = try RelayOptions(values)
    }

    func run() async throws {
        let group = try LoopGroup(
            count: server.loops ?? LoopGroup.availableProcessors, poller: server.poller ?? .available[0],
            longestWait: server.pollTimeout)
        do {
            var configuration = try options.relayConfiguration()
            configuration.loops = group
            let relay = try MailRelay(configuration)
            let smtp = try smtpServer(of: relay)
            let keys = configuration.signers.count
            try await relay.run(smtp) { address in
                Log.current.notice(
                    "serving relay",
                    metadata: [
                        "address": "\(address)", "loops": "\(group.loops.count)", "spool": "\(options.spool)",
                        "dkim": "\(keys)",
                    ])
            }
        } catch {
            await group.shutdown()
            throw error
        }
        await group.shutdown()
        Log.current.notice("ended relay")
    }

    private func smtpServer(of relay: MailRelay) throws -> SMTPServer {
        var serving = SMTPServer.Configuration()
        serving.listening.backlog = server.backlog
        serving.allowedNetworks = server.allowed
        serving.tls = try server.tls?.makeContext()
        serving.isTLSImplicit = options.isTLSImplicit
        serving.allowsPlaintextAuthentication = options.allowsPlaintextAuthentication
        serving.authenticator = try options.authenticator()
        serving.limits.messageSize = options.maximumSize
        serving.inheritedDescriptors = try InheritedDescriptors.listening()
        switch server.endpoint {
        case .internet(let host, let port): return relay.server(host: host, port: port, configuration: serving)
        case .unix(let path): return relay.server(address: .unix(path: path), configuration: serving)
        }
    }
}
