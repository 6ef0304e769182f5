import Netius
import TestSupport

/// A client of HTTP/2 that is told what to send in the words of HTTP/1.1. Each request is a stream; responses are read in
/// the order of their requests. Of a stream the server may send what fits into its window, and more as the test reads.
final class HTTP2TextClient: RawClient, @unchecked Sendable {
    private struct State {
        var http = HTTP2TextConnection()
        /// What is to be sent, whether somebody is at it, and why nothing can be sent any more.
        var outbox: [UInt8] = []
        var isSending = false
        var sendFailure: (any Error)?
        /// Whether nothing more comes; and why, if not in order.
        var isEnded = false
        var failure: (any Error)?
        var version = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
        /// How many responses were read, and what is known of the next.
        var responses = 0
        var interim = 0
        var noticed = 0
    }

    private let scheme: String
    private let state = Guarded(State())
    /// Sending is of one task at a time.
    private var text = RequestText()

    init(_ connection: Connection, scheme: String) async throws {
        self.scheme = scheme
        super.init(connection)
        change { $0.outbox = $0.http.start() }
        Task { await self.read() }
        try await flush()
    }

    override func send(_ bytes: [UInt8]) async throws {
        var parts = try text.parts(of: bytes)[...]
        while let part = parts.popFirst() {
            switch part {
            case .head(let head, let isLast):
                change { $0.outbox += $0.http.request(head, scheme: scheme, isLast: isLast) }
            case .content(let content):
                let ends = parts.first == .end(trailers: [])
                if ends { parts.removeFirst() }
                try await send(content, ends: ends)
            case .end(let trailers): change { $0.outbox += $0.http.end(trailers) }
            }
        }
        try await flush()
    }

    private func send(_ content: [UInt8], ends: Bool) async throws {
        var rest = content[...]
        change { $0.outbox += $0.http.content(&rest, ends: ends) }
        while !rest.isEmpty {
            try await when { state -> Void? in
                if state.isEnded { throw state.failure ?? RawError.closed }
                let piece = state.http.content(&rest, ends: ends)
                state.outbox += piece
                return piece.isEmpty && !rest.isEmpty ? nil : ()
            }
        }
    }

    override func close() async {
        try? await flush()
        await super.close()
    }

    override func cancelRequest() async {
        change { state in
            guard let stream = state.http.requests.last?.stream else { return }
            state.outbox += state.http.octets([.reset(stream)])
        }
        try? await flush()
    }

    // MARK: What has come

    /// What the next response is so far; nil before the request for it. What is read makes room for more.
    private static func next(
        _ state: inout State, isRead: Bool = true
    ) -> (stream: RawHTTP2Stream, response: RawResponse, isOver: Bool)? {
        guard state.responses < state.http.requests.count else { return nil }
        let (number, method) = state.http.requests[state.responses]
        let stream = state.http.streams[number] ?? RawHTTP2Stream()
        if isRead { state.outbox += state.http.credit(number) }
        let isOver = stream.isEnded || stream.reset != nil || state.isEnded || state.http.isRefused(number)
        return (stream, RawResponse(stream, to: method), isOver)
    }

    private static func finish(_ state: inout State) {
        state.responses += 1
        state.interim = 0
        state.noticed = 0
    }

    override func response(to method: String = "GET") async throws -> RawResponse {
        try await when { state in
            guard let (stream, response, isOver) = Self.next(&state) else {
                if state.isEnded { throw state.failure ?? RawError.closed }
                return nil
            }
            let interim = stream.heads.count - (stream.hasHead ? 1 : 0)
            if state.interim < interim {
                defer { state.interim += 1 }
                return RawResponse(stream.heads[state.interim])
            }
            guard isOver else { return nil }
            Self.finish(&state)
            guard !stream.isEnded else { return response }
            throw stream.hasHead ? RawError.truncated(response) : state.failure ?? RawError.closed
        }
    }

    override func truncatedResponse() async throws -> RawResponse? {
        try await when { state -> RawResponse?? in
            guard let (stream, response, isOver) = Self.next(&state) else { throw RawError.closed }
            guard isOver else { return nil }
            Self.finish(&state)
            return .some(stream.isEnded ? nil : response)
        }
    }

    /// Waits until nothing more comes of the next response, of which nothing is read meanwhile.
    func waitUntilOver() async throws {
        try await when { Self.next(&$0, isRead: false)?.isOver ?? $0.isEnded ? () : nil }
    }

    override var partialResponse: RawResponse? {
        get throws { state.withLock { Self.next(&$0)?.response } }
    }

    override func receiveMore() async throws -> Bool {
        try await when { state in
            guard let (stream, _, isOver) = Self.next(&state) else { return state.isEnded ? false : nil }
            let progress = stream.heads.count + stream.body.count
            guard progress == state.noticed else {
                state.noticed = progress
                return true
            }
            return isOver ? false : nil
        }
    }

    override var hasMore: Bool {
        state.withLock { state in
            let count = state.http.requests.dropFirst(state.responses).reduce(0) {
                $0 + (state.http.streams[$1.stream]?.heads.count ?? 0)
            }
            return count > state.interim
        }
    }

    override func rest() async throws -> [UInt8] {
        try await when { state in
            guard state.isEnded else { return nil }
            if let failure = state.failure { throw failure }
            return state.http.requests.dropFirst(state.responses).flatMap { request in
                state.http.streams[request.stream]?.body ?? []
            }
        }
    }

    override func isClosedByServer() async throws -> Bool {
        let rest = try await rest()
        return rest.isEmpty && !hasMore
    }
}

// MARK: - The connection

extension HTTP2TextClient {
    /// Takes whatever comes, so that what the server has to say never waits for the test.
    private func read() async {
        var failure: (any Error)?
        do {
            while let bytes = try await connection.read() {
                try change { $0.outbox += try $0.http.receive(bytes) }
                pump()
            }
        } catch {
            failure = error
        }
        change {
            $0.isEnded = true
            $0.failure = failure
        }
    }

    /// Sends what there is to be sent, unless somebody is at it.
    private func pump() {
        let isIdle = state.withLock { state in
            guard !state.isSending, !state.outbox.isEmpty, state.sendFailure == nil else { return false }
            state.isSending = true
            return true
        }
        guard isIdle else { return }
        Task {
            do {
                while let bytes = takeOutbox() { try await connection.write(bytes) }
            } catch {
                change {
                    $0.isSending = false
                    $0.sendFailure = error
                }
            }
        }
    }

    private func takeOutbox() -> [UInt8]? {
        change { state in
            defer { state.outbox = [] }
            state.isSending = !state.outbox.isEmpty
            return state.outbox.isEmpty ? nil : state.outbox
        }
    }

    /// Waits until the system has taken all that is to be sent.
    private func flush() async throws {
        try await when { state -> Void? in
            if let failure = state.sendFailure { throw failure }
            return state.outbox.isEmpty && !state.isSending ? () : nil
        }
    }

    private func change<Result>(_ body: (inout State) throws -> Result) rethrows -> Result {
        let (result, waiting) = try state.withLock { state in
            let result = try body(&state)
            state.version += 1
            defer { state.waiting = [] }
            return (result, state.waiting)
        }
        for waiter in waiting { waiter.resume() }
        return result
    }

    /// Waits until there is a result, which any change may bring about.
    private func when<Result>(_ body: (inout State) throws -> Result?) async throws -> Result {
        while true {
            let (result, version) = try state.withLock { (try body(&$0), $0.version) }
            pump()
            if let result { return result }
            await withCheckedContinuation { continuation in
                let isStale = state.withLock { state in
                    if state.version == version { state.waiting.append(continuation) }
                    return state.version != version
                }
                if isStale { continuation.resume() }
            }
        }
    }
}

extension RawResponse {
    /// The response of a stream so far, of which interim responses are none.
    fileprivate init(_ stream: RawHTTP2Stream, to method: String) {
        self.init(stream.hasHead ? stream.heads.last ?? [] : [])
        body = stream.body
        trailers = (stream.trailers ?? []).map { "\($0.name): \($0.value)" }
        if method == "HEAD" || status < 200 || [204, 304].contains(status) { return }
        framing = stream["content-length"] == nil ? .frames : .length
    }

    fileprivate init(_ head: [RawField]) {
        self.init()
        version = "HTTP/2"
        status = head.first { $0.name == ":status" }.flatMap { Int($0.value) } ?? 0
        fields = head.filter { $0.name != ":status" }.map { "\($0.name): \($0.value)" }
    }
}
