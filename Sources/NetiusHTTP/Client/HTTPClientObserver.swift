/// Who is told how the requests of a client proceed, for tracing and for metrics.
///
/// ```swift
/// configuration.observer = HTTPClientObserver { event in print(event.request, event.phase, event.moment) }
/// ```
///
/// It is called on the client's loops, in the order of what happens there, and must not block.
public struct HTTPClientObserver: Sendable {
    /// A part of a request's way. Each begins and ends; of those that a request does not need there is nothing.
    public enum Phase: String, Sendable, Hashable {
        /// It waits for a connection.
        case waiting
        /// The host's name is looked up.
        case resolving
        /// A connection is made, to the server or its proxy.
        case connecting
        /// A proxy is asked to connect.
        case tunnelling
        /// The TLS handshake.
        case handshaking
        /// The head, and of the content what the system takes at once, is sent.
        case sending
        /// The head of the response is awaited.
        case awaiting
        /// The rest of the content is read; of a response that arrived as a whole there is nothing left to read.
        case receiving
    }

    /// What happened in a phase.
    public enum Moment: Sendable {
        /// It began.
        case began
        /// It came to its end.
        case ended
        /// It came to nothing.
        case failed(any Error)
        /// An interim response came (RFC 9110 section 15.2), such as 103, with these fields.
        case interim(HTTPResponse.Status, HTTPFields)
    }

    /// Something that happened.
    public struct Event: Sendable {
        /// The request's number, the same in all of its events, redirects and repetitions included.
        public let request: UInt64
        /// What is asked for.
        public let url: HTTPURL
        /// Which part of the request's way.
        public let phase: Phase
        /// What happened in it.
        public let moment: Moment
    }

    /// The head of a message, which may hold secrets.
    package enum Head: Sendable {
        /// Of a request: what is sent, octet for octet.
        case sent([UInt8])
        /// Of a response, be it interim or final.
        case received(HTTPResponse.Status, HTTPVersion, HTTPFields)
    }

    private let observe: @Sendable (Event) -> Void
    /// Who is told of heads; nobody by default.
    let observeHead: (@Sendable (Head) -> Void)?

    /// An observer that is told by a closure.
    public init(_ observe: @escaping @Sendable (Event) -> Void) {
        self.observe = observe
        observeHead = nil
    }

    /// An observer that is told of heads too.
    package init(heads: @escaping @Sendable (Head) -> Void, _ observe: @escaping @Sendable (Event) -> Void) {
        self.observe = observe
        observeHead = heads
    }

    func note(_ moment: Moment, _ phase: Phase, of request: HTTPClientRequest) {
        observe(Event(request: request.number, url: request.url, phase: phase, moment: moment))
    }
}

extension HTTPClientObserver? {
    /// Runs `body`, with its beginning and its end told.
    func observing<Result>(
        _ phase: HTTPClientObserver.Phase, of request: HTTPClientRequest, _ body: () async throws -> Result
    ) async throws -> Result {
        guard let observer = self else { return try await body() }
        observer.note(.began, phase, of: request)
        do {
            let result = try await body()
            observer.note(.ended, phase, of: request)
            return result
        } catch {
            observer.note(.failed(error), phase, of: request)
            throw error
        }
    }
}
