import Netius
import NetiusHTTP

extension ServerOptions {
    /// Serves on loops of its own until a signal ends it, saying where: in the log, or as `announce` does.
    func serve(
        name: String, announce: (@Sendable (SocketAddress) -> Void)? = nil, _ handler: @escaping HTTPServer.Handler
    ) async throws {
        let group = try LoopGroup(
            count: loops ?? LoopGroup.availableProcessors, poller: poller ?? .available[0], longestWait: pollTimeout)
        do {
            let server = try server(on: group, handler)
            try await server.run { address in
                if let announce { return announce(address) }
                var metadata: LogMetadata = ["address": "\(address)", "loops": "\(group.loops.count)"]
                if tls != nil { metadata["tls"] = "on" }
                Log.current.notice("serving \(name)", metadata: metadata)
            }
        } catch {
            await group.shutdown()
            throw error
        }
        await group.shutdown()
        Log.current.notice("ended \(name)")
    }

    private func server(on group: LoopGroup, _ handler: @escaping HTTPServer.Handler) throws -> HTTPServer {
        var configuration = HTTPServer.Configuration()
        configuration.loops = group
        configuration.listening.backlog = backlog
        configuration.keepsConnectionsAlive = keepsAlive
        configuration.protocols = protocols
        configuration.allowedNetworks = allowed
        configuration.tls = try tls?.makeContext()
        configuration.accessLog = try accessLog.map { try HTTPAccessLog(to: $0.destination, format: accessLogFormat) }
        configuration.inheritedDescriptors = try InheritedDescriptors.listening()
        let middleware = Self.middleware(encoding)
        switch endpoint {
        case .internet(let host, let port):
            return HTTPServer(
                host: host, port: port, configuration: configuration, middleware: middleware, handler: handler)
        case .unix(let path):
            return HTTPServer(
                address: .unix(path: path), configuration: configuration, middleware: middleware, handler: handler)
        }
    }
}
