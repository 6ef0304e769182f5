// Streams an upload in and a response out; neither is ever in memory as a whole.
//
//     curl --data-binary @Package.swift http://127.0.0.1:8081/count
//     curl http://127.0.0.1:8081/lines/1000000
import Netius
import NetiusHTTP

let server = HTTPServer(port: try Environment.process.port("PORT") ?? 8081) { request in
    let parts = (request.path ?? "").split(separator: "/")
    switch (request.method, parts.first) {
    case (.post, "count"):
        var size = 0
        for try await bytes in request.body { size += bytes.count }
        return .ok("received \(size) bytes\n")
    case (.get, "lines"):
        guard parts.count == 2, let count = Int(parts[1]), count >= 0 else { throw HTTPError(.badRequest) }
        return HTTPResponse(.ok, headerFields: [.contentType: "text/plain"]) { writer in
            for number in 0..<count { try await writer.write("line \(number)\n") }
        }
    default:
        throw HTTPError(.notFound)
    }
}
try await server.run { address in
    Log.current.notice("listening", metadata: ["address": "\(address)"])
}
