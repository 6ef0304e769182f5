import Netius
import NetiusHTTP

/// `netius fetch`: asks for many URLs, several at a time.
struct FetchCommand: Command {
    static let description = CommandDescription(
        name: "fetch", summary: "Asks for many URLs, several at a time, and tells of each how that went.",
        arguments: [urls], options: [count, concurrency, folder, RequestOptions.field] + ClientOptions.descriptions)

    private static let urls = ArgumentDescription(
        name: "URL", help: "what to ask for; - for more on standard input, one on a line", isRepeated: true)
    private static let count = OptionDescription(
        "count", letter: "n", placeholder: "N", default: "1", help: "how often to ask for each")
    private static let concurrency = OptionDescription(
        "concurrency", letter: "c", placeholder: "N", default: "8", help: "how many at a time")
    private static let folder = OptionDescription(
        "out", placeholder: "DIR", help: "write what comes to files in a folder (default: nowhere)")

    let list: FetchList
    let count: Int
    let concurrency: Int
    let folder: String?
    let fields: HTTPFields
    let client: ClientOptions

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        list = try FetchList(values.repeatedArguments)
        count = try values.required(Self.count, as: .integer(in: 1...1_000_000_000))
        concurrency = try values.required(Self.concurrency, as: .integer(in: 1...1024))
        folder = try values.value(of: Self.folder, as: .string)
        fields = HTTPFields(try values.values(of: RequestOptions.field, as: .field))
        client = try ClientOptions(values)
    }

    func run() async throws {
        let items = try await list.read()
        var configuration = try client.makeConfiguration(for: items.compactMap(\.url))
        configuration.maximumConnectionsPerOrigin = concurrency
        configuration.maximumIdleConnections = concurrency
        configuration.http2Limits.concurrentStreams = concurrency
        let folder = try folder.map { try FetchFolder(path: $0) }
        let httpClient = HTTPClient(configuration: configuration)
        let tally = FetchTally()
        let fetch = Fetch(httpClient: httpClient, fields: fields, folder: folder)
        let queue = FetchQueue(items, count: count)
        // As many as there is something to do for.
        let workers = items.count >= concurrency ? concurrency : min(items.count * min(count, concurrency), concurrency)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<workers {
                group.addTask {
                    while let item = queue.next() {
                        let result = try await fetch.run(item)
                        tally.add(result)
                        let line = Array(result.line.utf8)
                        try await BlockingPool.shared.run { try OpenFile.standardOutput.write(line) }
                    }
                }
            }
            try await group.waitForAll()
        }
        await httpClient.shutdown(within: .zero)
        let summary = Array(tally.summary.utf8)
        try await BlockingPool.shared.run { try OpenFile.standardOutput.write(summary) }
        if tally.hasFailures { throw SilentFailure() }
    }
}
