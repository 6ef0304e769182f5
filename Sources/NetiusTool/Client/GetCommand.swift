import Netius
import NetiusHTTP

/// `netius get`: asks for a URL, and writes the content of the answer.
struct GetCommand: Command {
    static let description = CommandDescription(
        name: "get", summary: "Asks for a URL, and writes the content of the answer.", arguments: [Transfer.url],
        options: RequestOptions.descriptions + OutputOptions.descriptions + ClientOptions.descriptions)

    let transfer: Transfer

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        transfer = try Transfer(values, method: .get)
    }

    func run() async throws {
        try await transfer.run()
    }
}
