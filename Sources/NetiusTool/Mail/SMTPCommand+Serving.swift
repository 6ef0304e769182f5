import Netius
import NetiusMail

extension SMTPCommand {
    func makeStore() async throws -> any MailStore {
        switch storage {
        case .maildir(let path, let layout):
            // A folder that cannot be used is noticed now, not with the first message.
            return try await BlockingPool.shared.run { try Maildir(preparing: path, layout: layout) }
        case .memory: return MemoryMailStore()
        case .null: return DiscardingMailStore()
        case .output: return PrintingMailStore(writeToStandardOutput)
        }
    }

    func makeServer(on group: LoopGroup, _ store: any MailStore) throws -> SMTPServer {
        var configuration = configuration
        configuration.loops = group
        configuration.listening.backlog = server.backlog
        configuration.allowedNetworks = server.allowed
        configuration.tls = try server.tls?.makeContext()
        configuration.inheritedDescriptors = try InheritedDescriptors.listening()
        configuration.localDomains = domains
        switch authentication {
        case .none: break
        case .dummy:
            Log.current.warning("everybody may authenticate, with any password")
            configuration.authenticator = SMTPAuthenticator { _, _, _ in true }
        case .file(let path): configuration.authenticator = SMTPAuthenticator(try PasswordFile(path: path))
        }
        let handlers = SMTPReception(store: store, hostName: configuration.hostName, domains: domains)
        switch server.endpoint {
        case .internet(let host, let port):
            return SMTPServer(
                host: host, port: port, configuration: configuration,
                recipient: { try await handlers.accept($1, from: $0) }, message: { try await handlers.store($0) })
        case .unix(let path):
            return SMTPServer(
                address: .unix(path: path), configuration: configuration,
                recipient: { try await handlers.accept($1, from: $0) }, message: { try await handlers.store($0) })
        }
    }
}
