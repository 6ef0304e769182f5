internal import Netius
public import NetiusHTTP

/// Posts events, each as a JSON object, one after the other to a URL.
///
/// With a secret each has two fields: `X-Activity-Secret`, the secret itself, as earlier systems had it, over HTTPS alone
/// unless it is asked for; and `X-Netius-Signature: sha256=` with the HMAC-SHA-256 of the content under the secret, in
/// hexadecimal digits, by which the receiver knows who sent it without the secret being sent.
public final class RelayWebhook: Sendable {
    private struct State {
        var waiting: [String] = []
        var lost = 0
        var isSending = false
    }

    /// How often one is tried.
    public static let attempts = 3

    private let url: String
    private let secret: String?
    private let sendsSecret: Bool
    private let client: HTTPClient
    private let maximumWaiting: Int
    private let log: Log
    private let state = Guarded(State())

    /// A webhook.
    ///
    /// - Parameters:
    ///   - url: Where to post.
    ///   - secret: What is shared with the receiver; nothing by default.
    ///   - sendsSecret: Whether the secret itself is sent too; by default where the URL is of `https`.
    ///   - maximumWaiting: The events that may wait; 10,000 by default. More are lost.
    ///   - client: Who posts; one that follows no redirects by default.
    public init(
        url: String, secret: String? = nil, sendsSecret: Bool? = nil, maximumWaiting: Int = 10_000,
        client: HTTPClient? = nil
    ) {
        self.url = url
        self.secret = secret
        self.sendsSecret = sendsSecret ?? url.lowercasedASCII.hasPrefix("https:")
        self.maximumWaiting = maximumWaiting
        log = Log.current
        if let client {
            self.client = client
        } else {
            var configuration = HTTPClient.Configuration()
            configuration.redirects = .none
            configuration.requestTimeout = .seconds(30)
            self.client = HTTPClient(configuration: configuration)
        }
    }

    func send(_ event: String) {
        let begins = state.withLock { state in
            guard state.waiting.count < maximumWaiting else {
                state.lost += 1
                return false
            }
            state.waiting.append(event)
            defer { state.isSending = true }
            return !state.isSending
        }
        if begins { Task { await run() } }
    }

    private func run() async {
        while let batch = next() {
            for event in batch { await post(event) }
        }
    }

    /// All that wait; nil, and the task ends, where none do.
    private func next() -> [String]? {
        let (batch, lost) = state.withLock { state -> ([String], Int) in
            defer {
                state.isSending = !state.waiting.isEmpty
                state.waiting = []
                state.lost = 0
            }
            return (state.waiting, state.lost)
        }
        if lost > 0 { log.warning("events were lost: too many wait for the webhook", metadata: ["count": "\(lost)"]) }
        return batch.isEmpty ? nil : batch
    }

    private func post(_ event: String) async {
        var fields = HTTPFields()
        fields[.contentType] = "application/json"
        if let secret {
            if sendsSecret, let name = HTTPField.Name("X-Activity-Secret") { fields[name] = secret }
            if let name = HTTPField.Name("X-Netius-Signature"),
                let code = HMACSHA256.code(of: Array(event.utf8), key: Array(secret.utf8))
            {
                fields[name] = "sha256=" + Self.hexadecimal(code)
            }
        }
        var reason = ""
        for attempt in 1...Self.attempts {
            do {
                let response = try await client.post(url, headerFields: fields, body: .bytes(Array(event.utf8)))
                _ = try? await response.body.collect(upTo: 64 << 10)
                if response.status.code < 300 { return }
                reason = "\(response.status)"
                // What is wrong with it will be so another time.
                if response.status.code < 500, response.status.code != 429 { break }
            } catch {
                reason = Self.shown(error)
            }
            if attempt < Self.attempts { try? await Task.sleep(for: .seconds(1 << attempt)) }
        }
        log.warning("the webhook did not take an event: \(reason)", metadata: ["url": "\(shownURL)"])
    }

    /// The URL as the log may have it: its path, query and user may be what the receiver knows its senders by.
    var shownURL: String { HTTPURL(url).map { "\($0.origin)" } ?? "" }

    /// An error as the log may have it: without the URL, or one that it redirects to.
    static func shown(_ error: any Error) -> String {
        guard let error = error as? HTTPClientError else { return "\(error)" }
        guard let underlying = error.underlying, error.code != .redirectFailed, error.code != .invalidURL else {
            return error.reason
        }
        return "\(error.reason): \(underlying)".onOneLine
    }

    private static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// Waits until nothing waits, at most for a time.
    func flush(patience: Duration) async {
        let deadline = MonotonicTime.now + patience
        while state.withLock({ $0.isSending }), MonotonicTime.now < deadline {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}
