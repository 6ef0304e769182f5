import Netius
import NetiusHTTP

/// One request, the response to which goes where the options say: what `get`, `head` and `post` have in common.
struct Transfer: Sendable {
    static let url = ArgumentDescription(name: "URL", help: "what to ask for: http://, https:// or http+unix://")

    let url: HTTPURL
    let request: RequestOptions
    let client: ClientOptions
    let output: OutputOptions

    /// Reads the options of a command.
    init(_ values: CommandValues, method: HTTPRequest.Method, includesHead: Bool = false) throws(UsageError) {
        url = try values.url(Self.url)
        request = try RequestOptions(values, method: method)
        client = try ClientOptions(values)
        output = try OutputOptions(values, includesHead: includesHead)
        if output.resumes, request.method != .get { throw .conflictingOptions("--resume", request.method.rawValue) }
    }

    func run() async throws {
        let timing = TransferTiming()
        var configuration = try client.makeConfiguration(for: [url])
        if output.isVerbose {
            configuration.observer = HTTPClientObserver(heads: { writeToStandardError(TransferReport.text($0)) }) {
                event in
                timing.note(event.phase, event.moment)
                if let text = TransferReport.text(event) { writeToStandardError(text) }
            }
        } else if output.showsTiming {
            configuration.observer = HTTPClientObserver { timing.note($0.phase, $0.moment) }
        }
        let httpClient = HTTPClient(configuration: configuration)
        let result: Result<Void, any Error>
        do {
            try await run(with: httpClient)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        timing.end()
        if output.showsTiming { writeToStandardError(timing.text) }
        await httpClient.shutdown(within: .zero)
        try result.get()
    }

    private func run(with httpClient: HTTPClient) async throws {
        let path: String
        switch output.destination {
        case .standardOutput: return try await stream(with: httpClient, to: .standardOutput, isFile: false)
        case .file(let given): path = given
        case .remoteName: path = url.fileName
        }
        switch try PathKind(path) {
        case .folder: throw ToolError("\(path.quoted) is a folder")
        // What is no file cannot be replaced by one.
        case .device: try await stream(with: httpClient, to: OpenFile(path: path, to: .write), isFile: true)
        case .file(let path): try await download(with: httpClient, to: path)
        }
    }

    /// Asks for the content, with more fields if need be.
    func ask(_ httpClient: HTTPClient, with added: [HTTPField] = []) async throws -> HTTPClientResponse {
        var (fields, body) = try request.makeMessage()
        for field in added where !fields.contains(field.name) { fields.append(field) }
        return try await httpClient.execute(request.method, url, headerFields: fields, body: body)
    }

    /// Throws where a status means failure.
    func check(_ response: HTTPClientResponse) throws {
        guard output.failsOnStatus || output.resumes, response.status.code >= 400 else { return }
        throw ToolError("\(response.url): \(response.status)")
    }

    private func stream(with httpClient: HTTPClient, to file: OpenFile, isFile: Bool) async throws {
        let response = try await ask(httpClient)
        try check(response)
        if output.includesHead {
            let head = Array(response.headText.utf8)
            try await BlockingPool.shared.run { try file.write(head) }
        }
        try await receive(response, progress: meter(start: 0, total: response.expectedLength, isFile: isFile)) {
            bytes in
            try file.write(bytes)
        }
    }

    /// Takes the content to where it goes, a part after the other: what is not written yet is not taken from the server.
    func receive(
        _ response: HTTPClientResponse, progress: ProgressMeter?, _ write: @escaping @Sendable ([UInt8]) throws -> Void
    ) async throws {
        var progress = progress
        defer { progress?.end() }
        for try await bytes in response.body {
            try await BlockingPool.shared.run { try write(bytes) }
            progress?.add(bytes.count)
        }
    }

    func meter(start: Int, total: Int?, isFile: Bool) -> ProgressMeter? {
        guard output.showsProgress ?? (isFile && standardErrorIsTerminal()) else { return nil }
        return ProgressMeter(start: start, total: total)
    }
}

extension CommandValues {
    /// Reads an argument that is a URL.
    func url(_ argument: ArgumentDescription) throws(UsageError) -> HTTPURL {
        try Self.url(try required(argument, as: .text))
    }

    static func url(_ text: String) throws(UsageError) -> HTTPURL {
        do throws(HTTPURLError) {
            return try HTTPURL(parsing: text)
        } catch {
            throw .invalidURL(error)
        }
    }
}
