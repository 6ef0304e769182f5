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
                let count = group.loops.count
                Log.current.notice(
                    "serving \(name)", metadata: ["address": "\(address)", "loops": "\(count)"])
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
        configuration.allowedNetworks = allowed
        if let e = ProcessInfoEnv("CER_FILE"), let k = ProcessInfoEnv("KEY_FILE") { configuration.tls = try TLSServerContext(identity: TLSIdentity(certificateFile: e, keyFile: k)) }
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

func ProcessInfoEnv(_ n: String) -> String? { Environment.process.string(n) }
