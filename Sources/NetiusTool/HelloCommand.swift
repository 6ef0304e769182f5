import Netius

/// `netius hello`: a web server with one answer.
struct HelloCommand: Command {
    static let description = CommandDescription(
        name: "hello", summary: "Answers every HTTP request with the same message.",
        options: [message] + ServerOptions.descriptions)

    private static let message = OptionDescription(
        "message", placeholder: "TEXT", variable: "MESSAGE", default: "Hello World", help: "the answer")

    let server: ServerOptions
    let message: String

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try ServerOptions(values)
        message = try values.required(Self.message, as: .text)
    }

    func run() async throws {
        Log.current.info("hello", metadata: ["endpoint": server.endpoint.description])
    }
}
