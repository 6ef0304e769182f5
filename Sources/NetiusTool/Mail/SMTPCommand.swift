import Netius
import NetiusMail

/// `netius smtp`: a server that takes mail for domains of its own.
struct SMTPCommand: Command {
    static let description = CommandDescription(
        name: "smtp", summary: "Receives mail, and stores or prints it.", arguments: [ServerOptions.portArgument],
        options: [maildir, perUser, adapter, domains, hostName, lmtp, size]
            + ServerOptions.descriptions(
                defaultPort: defaultPort,
                [
                    implicitTLS, requireTLS, users, authentication, requireAuthentication, plaintextAuthentication,
                    connections, connectionsPerAddress,
                ]))

    let server: ServerOptions
    let storage: Storage
    let authentication: Authentication
    /// The domains that mail is taken for, in lower case.
    let domains: Set<String>
    /// What `configuration` takes beyond that.
    let configuration: SMTPServer.Configuration

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try ServerOptions(values, defaultPort: Self.defaultPort)
        storage = try Self.storage(values)
        authentication = try Self.authentication(values)
        domains = Set(try values.required(Self.domains, as: .list).map { $0.lowercasedASCII })
        configuration = try Self.configuration(values)
        guard server.tls != nil || !(configuration.isTLSImplicit || configuration.requiresTLS) else {
            throw .missingOption("--tls", for: configuration.isTLSImplicit ? "--implicit-tls" : "--require-tls")
        }
        guard authentication != .none || !configuration.requiresAuthentication else {
            throw .missingOption("--users", for: "--require-auth")
        }
    }

    func run() async throws {
        let store = try await makeStore()
        try await server.withLoops("smtp") { group in
            let server = try makeServer(on: group, store)
            try await server.run { address in
                self.server.logStart(
                    of: configuration.protocol.rawValue, at: address, on: group,
                    [
                        "host": configuration.hostName, "domains": domains.sorted().joined(separator: ","),
                        "store": storage.description,
                    ])
            }
        }
    }
}
