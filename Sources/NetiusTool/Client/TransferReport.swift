import Netius
import NetiusHTTP

/// What `-v` says of what a client does: `*` before its own doings, `>` before what is sent, `<` before what comes.
enum TransferReport {
    /// The lines of an event; nil where nothing need be said.
    static func text(_ event: HTTPClientObserver.Event) -> String? {
        switch (event.phase, event.moment) {
        case (.resolving, .began): "* looking up \(event.url.host)\n"
        case (.connecting, .began): "* connecting for \(event.url.origin)\n"
        case (.tunnelling, .began): "* asking the proxy for a tunnel\n"
        case (.handshaking, .ended): "* TLS is established\n"
        case (_, .failed(let error)): "* \(event.phase.rawValue) failed: \(String(describing: error).onOneLine)\n"
        default: nil
        }
    }

    /// The lines of a head, with an empty one at its end.
    static func text(_ head: HTTPClientObserver.Head) -> String {
        switch head {
        case .sent(let bytes):
            let text = String(decoding: bytes, as: UTF8.self)
            return lines("> ", text.split(separator: "\r\n").map(String.init))
        case .received(let status, let version, let fields):
            return lines("< ", ["\(version) \(status)"] + fields.map { "\($0)" })
        }
    }

    private static func lines(_ mark: String, _ lines: [String]) -> String {
        (lines + [""]).map { mark + $0.onOneLine + "\n" }.joined()
    }
}
