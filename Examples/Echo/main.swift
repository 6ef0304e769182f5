// A TCP server that sends back what it receives (RFC 862). Try it: nc 127.0.0.1 8082
import Netius

let listener = try await Listener.bind(port: try Environment.process.port("PORT") ?? 8082)
Log.current.notice("listening", metadata: ["address": "\(listener.address)"])

for try await connection in listener {
    // In a task of its own, which closes the connection when it ends.
    connection.handle { connection in
        for try await bytes in connection { try await connection.write(bytes) }
    }
}
