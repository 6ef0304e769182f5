// Owns its connections: what belongs to one client is a local variable, and lives as long as the connection does.
//
//     curl http://127.0.0.1:8083/ http://127.0.0.1:8083/
import Netius
import NetiusHTTP

let server = HTTPServer(port: try Environment.process.port("PORT") ?? 8083)
let announce: @Sendable (SocketAddress) -> Void = { address in
    Log.current.notice("listening", metadata: ["address": "\(address)"])
}
try await server.serve(whenListening: announce) { connection in
    var count = 0
    for try await request in connection.requests {
        count += 1
        try await request.respond(.ok("request \(count) of \(connection.peerAddress)\n"))
    }
}
