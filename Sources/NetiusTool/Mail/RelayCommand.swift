import Netius
import NetiusDNS
import NetiusMail

/// `netius relay`: takes mail, keeps it safe, and hands it on.
struct RelayCommand: Command {
    static let description = CommandDescription(
        name: "relay", summary: "Takes mail by policy, keeps it safe in a queue, and hands it on.",
        arguments: [ServerOptions.portArgument],
        options: [
            spool, SMTPCommand.domains, maildir, SMTPCommand.perUser, lmtp, via, viaSecurity, viaUser,
            viaPasswordFile, trusted, SMTPCommand.hostName, postmaster, mtaSTS, exchangerPort, retry, longestRetry,
            expiry, delay, deliveries, deliveriesPerDomain, SMTPCommand.size, events, transcript, webhook,
        ]
            + ServerOptions.descriptions(
                defaultPort: SMTPCommand.defaultPort,
                [
                    SMTPCommand.implicitTLS, SMTPCommand.requireTLS, SMTPCommand.users,
                    SMTPCommand.plaintextAuthentication, SMTPCommand.connections, SMTPCommand.connectionsPerAddress,
                ]))

    let server: ServerOptions
    let options: RelayOptions
    /// How mail is taken.
    let serving: SMTPServer.Configuration

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try ServerOptions(values, defaultPort: SMTPCommand.defaultPort)
        options = try RelayOptions(values)
        serving = try SMTPCommand.configuration(values)
        guard server.tls != nil || !(serving.isTLSImplicit || serving.requiresTLS) else {
            throw .missingOption("--tls", for: serving.isTLSImplicit ? "--implicit-tls" : "--require-tls")
        }
    }

    func run() async throws {
        try await server.withLoops("relay") { group in
            var configuration = try await options.relayConfiguration()
            configuration.hostName = serving.hostName
            configuration.loops = group
            let relay = try MailRelay(configuration)
            let metadata: LogMetadata = [
                "host": "\(serving.hostName)", "spool": "\(options.spool)", "dkim": "\(configuration.signers.count)",
            ]
            try await relay.run(try smtpServer(of: relay)) { address in
                server.logStart(of: "relay", at: address, on: group, metadata)
            }
        }
    }

    private func smtpServer(of relay: MailRelay) throws -> SMTPServer {
        var serving = serving
        serving.listening.backlog = server.backlog
        serving.allowedNetworks = server.allowed
        serving.tls = try server.tls?.makeContext()
        serving.authenticator = try options.authenticator()
        serving.inheritedDescriptors = try InheritedDescriptors.listening()
        switch server.endpoint {
        case .internet(let host, let port): return relay.server(host: host, port: port, configuration: serving)
        case .unix(let path): return relay.server(address: .unix(path: path), configuration: serving)
        }
    }
}
