import Netius
import NetiusHTTP

/// Tells on standard error what a client does: `-v`.
struct TransferReport: Sendable {
    /// Says what happened.
    func note(_ event: HTTPClientObserver.Event) {
        guard let text = Self.text(event) else { return }
        writeToStandardError(text)
    }

    /// The lines; nil for what need not be said.
    static func text(_ event: HTTPClientObserver.Event) -> String? {
        switch (event.phase, event.moment) {
        case (.resolving, .began): "* looking up \(event.url.host.onOneLine)\n"
        case (.connecting, .began): "* connecting for \(event.url.origin)\n"
        case (.tunnelling, .began): "* asking the proxy for a tunnel\n"
        case (.handshaking, .ended): "* TLS is established\n"
        case (.awaiting, .interim(let status, let fields)): received(status, .http11, fields)
        case (_, .failed(let error)): "* \(event.phase.rawValue) failed: \(String(describing: error).onOneLine)\n"
        default: nil
        }
    }

    private static func received(_ status: HTTPResponse.Status, _ version: HTTPVersion, _ fields: HTTPFields) -> String {
        lines("< ", ["\(version) \(status)"] + fields.map { "\($0)" })
    }

    /// Lines with a mark in front, and an empty one.
    private static func lines(_ mark: String, _ lines: [String]) -> String {
        (lines + [""]).map { mark + $0.onOneLine + "\n" }.joined()
    }
}
