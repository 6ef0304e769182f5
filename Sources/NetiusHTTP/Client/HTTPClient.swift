internal import Netius
internal import Synchronization

/// A client of HTTP/1.1 and HTTP/2, which keeps connections for the requests that follow.
///
/// ```swift
/// let response = try await HTTPClient.get("http://example.com/")
/// print(response.status, try await response.body.text(upTo: 1024 * 1024))
/// ```
///
/// Connections live on the client's loops. A request that is made on one of them, as in a server's handler, stays there
/// and costs no hop; one that is made elsewhere goes to the loop with the fewest requests under way.
public final class HTTPClient: Sendable {
    /// The client that is used where none is named, with the default configuration. It need not be shut down.
    public static let shared = HTTPClient()

    /// The configuration that the client was made with.
    public let configuration: Configuration
    let workers: Result<[HTTPClientWorker], any Error>
    /// The last URL that was read: many programs ask for one again and again.
    private let lastURL = Guarded<(text: String, url: HTTPURL)?>(nil)

    /// A client. It connects when it is asked for something.
    public init(configuration: Configuration = Configuration()) {
        self.configuration = configuration
        workers = Result {
            try (configuration.loops ?? LoopGroup.shared).loops.map {
                HTTPClientWorker(loop: $0, configuration: configuration)
            }
        }
    }

    deinit {
        guard case .success(let workers) = workers else { return }
        for worker in workers { worker.loop.execute { worker.assumeIsolated { $0.beginShutdown() } } }
    }

    /// Sends a request and waits for the head of its response; the content can then be read from the response's body.
    ///
    /// - Parameter request: What to ask for: scheme, authority and path make the URL.
    /// - Returns: The response, be its status one of success or not.
    /// - Throws: `HTTPClientError`; `CancellationError`.
    public func execute(_ request: HTTPRequest) async throws -> HTTPClientResponse {
        try await perform(try HTTPClientRequest(request))
    }

    /// Ends the client: idle connections are closed at once, requests that wait for a connection fail, and so do new
    /// ones; those under way, with their responses, have time to end.
    ///
    /// - Parameter patience: How long; what is not over then is cut off. 30 seconds by default.
    public func shutdown(within patience: Duration = .seconds(30)) async {
        guard case .success(let workers) = workers else { return }
        let deadline = MonotonicTime.now + patience
        for worker in workers { await worker.beginShutdown() }
        for worker in workers { await worker.waitUntilEmpty(until: deadline) }
    }

    func url(_ text: String) throws(HTTPClientError) -> HTTPURL {
        if let url = lastURL.withLock({ $0?.text == text ? $0?.url : nil }) { return url }
        let url = try HTTPClientRequest.url(text)
        lastURL.withLock { $0 = (text, url) }
        return url
    }

    func perform(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        try await worker(for: request).perform(request)
    }

    /// The calling loop's worker; elsewhere one that has the least to do, and the first of several, which is so the one
    /// that has a connection already.
    private func worker(for request: HTTPClientRequest) throws -> HTTPClientWorker {
        let workers: [HTTPClientWorker]
        switch self.workers {
        case .success(let made): workers = made
        case .failure(let error):
            throw HTTPClientError(.connectFailed, request.url, "there is no loop", underlying: error)
        }
        if let loop = EventLoop.current {
            for worker in workers where worker.loop === loop { return worker }
        }
        var best = workers[0]
        var least = best.underWay.load(ordering: .relaxed)
        for worker in workers.dropFirst() where least > 0 {
            let count = worker.underWay.load(ordering: .relaxed)
            if count < least { (best, least) = (worker, count) }
        }
        return best
    }
}
