import Netius
import NetiusHTTP

/// `netius raw`: one request, and the octets that come back for it, as they come.
struct RawCommand: Command {
    static let description = CommandDescription(
        name: "raw", summary: "Sends a request, and writes the octets that come back.",
        arguments: [method, Transfer.url], options: [RequestOptions.field, data] + ClientOptions.connecting)

    private static let method = ArgumentDescription(name: "METHOD", help: "the method of the request, such as GET")
    private static let data = OptionDescription(
        "data", letter: "d", placeholder: "DATA",
        help: "the content of the request; @FILE is that of a file, @- what standard input has")
    /// The most octets of content that are sent.
    private static let maximumContent = 64 << 20

    let method: HTTPRequest.Method
    let url: HTTPURL
    let fields: HTTPFields
    let content: RequestContent.Source
    let client: ClientOptions

    var log: Log { Log() }

    init(_ values: CommandValues) throws(UsageError) {
        method = try values.required(Self.method, as: .method)
        url = try values.url(Transfer.url)
        fields = HTTPFields(try values.values(of: RequestOptions.field, as: .field))
        content = RequestContent.Source(try values.value(of: Self.data, as: .text) ?? "")
        client = try ClientOptions(values)
    }

    func run() async throws {
        let deadline = client.maximumTime.map { MonotonicTime.now + $0 }
        let content = try await content.makeBody().collect(upTo: Self.maximumContent)
        let request = RawRequest(method: method, url: url, fields: fields, content: content).bytes
        let connection = try await connect()
        writeToStandardError(RawTranscript.sent(request))
        do {
            try await exchange(request, on: connection, until: deadline)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    /// Sends, and receives meanwhile: a server may answer before it has everything.
    private func exchange(_ request: [UInt8], on connection: Connection, until deadline: MonotonicTime?) async throws {
        async let sending: Void = connection.write(request)
        while true {
            if let deadline { await connection.setTimeouts(read: deadline.since(.now), write: deadline.since(.now)) }
            guard let bytes = try await connection.read() else { break }
            try await BlockingPool.shared.run { try OpenFile.standardOutput.write(bytes) }
        }
        try await sending
    }

    private func connect() async throws -> Connection {
        let connection = try await openConnection()
        guard url.scheme == .https else { return connection }
        try await connection.startTLS(
            client.tls.makeContext() ?? .default, serverName: url.host, applicationProtocols: ["http/1.1"],
            within: client.connectTimeout)
        return connection
    }

    private func openConnection() async throws -> Connection {
        let limit = client.connectTimeout
        if let path = client.socketPath ?? url.socketPath {
            return try await Connection.connect(to: .unix(path: path), within: limit)
        }
        let named = client.addresses(of: url)
        if !named.isEmpty {
            return try await Connection.connect(
                toAnyOf: named, port: url.port, until: .now + limit, on: LoopGroup.shared.next())
        }
        let host = url.zone.map { "\(url.host)%\($0)" } ?? url.host
        return try await Connection.connect(host: host, port: url.port, within: limit)
    }
}
