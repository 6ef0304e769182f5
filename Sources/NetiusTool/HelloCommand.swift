import Netius
import NetiusHTTP

/// `netius hello`: a web server with one answer.
struct HelloCommand: Command {
    static let description = CommandDescription(
        name: "hello", summary: "Answers every HTTP request with the same message.",
        options: [message] + HTTPServerOptions.descriptions)

    private static let message = OptionDescription(
        "message", placeholder: "TEXT", variable: "MESSAGE", default: "Hello World", help: "the answer")

    let server: HTTPServerOptions
    let message: String

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try HTTPServerOptions(values)
        message = try values.required(Self.message, as: .text)
    }

    func run() async throws {
        // Made once: each answer shares the bytes and the fields.
        let answer = HTTPResponse(
            status: .ok, headerFields: [.contentType: "text/plain; charset=utf-8"], body: .bytes(Array(message.utf8)))
        try await server.serve(name: "hello") { _ in answer }
    }
}
