import Netius
import NetiusHTTP

/// `netius post`: sends content to a URL, and writes the content of the answer.
struct PostCommand: Command {
    static let description = CommandDescription(
        name: "post", summary: "Sends content to a URL, and writes the content of the answer.",
        arguments: [Transfer.url],
        options: RequestOptions.descriptions + OutputOptions.descriptions + ClientOptions.descriptions)

    let transfer: Transfer

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        transfer = try Transfer(values, method: .post)
    }

    func run() async throws {
        try await transfer.run()
    }
}
