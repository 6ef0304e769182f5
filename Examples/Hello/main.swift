// A web server. Try it: curl http://127.0.0.1:8080/
import Netius
import NetiusHTTP

let server = HTTPServer(port: try Environment.process.port("PORT") ?? 8080) { request in
    .ok("Hello World\n")
}
try await server.run { address in
    Log.current.notice("listening", metadata: ["address": "\(address)"])
}
