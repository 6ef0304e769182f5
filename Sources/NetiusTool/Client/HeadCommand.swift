import Netius
import NetiusHTTP

/// `netius head`: asks for the head of what a URL has, and writes it.
struct HeadCommand: Command {
    static let description = CommandDescription(
        name: "head", summary: "Asks for the head of what a URL has, and writes it.", arguments: [Transfer.url],
        options: RequestOptions.contentless + OutputOptions.headless + ClientOptions.descriptions)

    let transfer: Transfer

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        transfer = try Transfer(values, method: .head, includesHead: true)
    }

    func run() async throws {
        try await transfer.run()
    }
}
