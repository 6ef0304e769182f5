import Netius
import NetiusHTTP

extension HTTPServerOptions {
    /// Serves on loops of its own until a signal ends it, saying where: in the log, or as `announce` does.
    func serve(
        name: String, announce: (@Sendable (SocketAddress) -> Void)? = nil, _ handler: @escaping HTTPServer.Handler
    ) async throws {
        try await common.withLoops(name) { group in
            let server = try server(on: group, handler)
            try await server.run { address in
                if let announce { return announce(address) }
                common.logStart(of: name, at: address, on: group)
            }
        }
    }

    private func server(on group: LoopGroup, _ handler: @escaping HTTPServer.Handler) throws -> HTTPServer {
        var configuration = HTTPServer.Configuration()
        configuration.loops = group
        configuration.listening.backlog = common.backlog
        configuration.keepsConnectionsAlive = keepsAlive
        configuration.protocols = protocols
        configuration.allowedNetworks = common.allowed
        configuration.tls = try common.tls?.makeContext()
        configuration.accessLog = try accessLog.map { try HTTPAccessLog(to: $0.destination, format: accessLogFormat) }
        configuration.inheritedDescriptors = try InheritedDescriptors.listening()
        let middleware = Self.middleware(encoding)
        switch common.endpoint {
        case .internet(let host, let port):
            return HTTPServer(
                host: host, port: port, configuration: configuration, middleware: middleware, handler: handler)
        case .unix(let path):
            return HTTPServer(
                address: .unix(path: path), configuration: configuration, middleware: middleware, handler: handler)
        }
    }
}
