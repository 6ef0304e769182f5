import Netius

/// `netius echo`: a server that sends back what it receives.
struct EchoCommand: Command {
    static let description = CommandDescription(
        name: "echo", summary: "Sends back what it receives.", options: ServerOptions.descriptions)

    let server: ServerOptions

    var log: Log { server.log }

    init(_ values: CommandValues) throws(UsageError) {
        server = try ServerOptions(values)
    }

    func run() async throws {
        Log.current.info("echo", metadata: ["endpoint": server.endpoint.description])
    }
}
