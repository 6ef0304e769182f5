import Netius
import NetiusHTTP

/// `netius echo`: a server that sends back what it receives.
struct EchoCommand: Command {
    static let description = CommandDescription(
        name: "echo", summary: "Sends back what it receives.", options: HTTPServerOptions.descriptions)

    let server: HTTPServerOptions

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try HTTPServerOptions(values)
    }

    func run() async throws {
        try await server.serve(name: "echo") { request in
            var fields = HTTPFields()
            fields[.contentType] = request.headerFields[.contentType] ?? "application/octet-stream"
            return HTTPResponse(.ok, headerFields: fields) { writer in
                for try await bytes in request.body { try await writer.write(bytes) }
            }
        }
    }
}
