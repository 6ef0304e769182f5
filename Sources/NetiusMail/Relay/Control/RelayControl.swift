/// What can be asked of a relay that runs: a line such as `retry ID`.
enum RelayControl: Sendable, Hashable {
    /// To try at once what waits for its time: a message, or all.
    case retry(MailIdentifier?)
    /// To take a message out of the queue, without telling anybody.
    case remove(MailIdentifier)
    case pause
    case resume

    /// The name of the socket in the spool.
    static let socketName = "control"
    /// The most octets of a line.
    static let maximumLineLength = 256

    init?(_ line: String) {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("retry", 1): self = .retry(nil)
        case ("retry", 2):
            guard let identifier = MailIdentifier(words[1]) else { return nil }
            self = .retry(identifier)
        case ("remove", 2):
            guard let identifier = MailIdentifier(words[1]) else { return nil }
            self = .remove(identifier)
        case ("pause", 1): self = .pause
        case ("resume", 1): self = .resume
        default: return nil
        }
    }

    /// The line, without its end.
    var line: String {
        switch self {
        case .retry(nil): "retry"
        case .retry(let identifier?): "retry \(identifier)"
        case .remove(let identifier): "remove \(identifier)"
        case .pause: "pause"
        case .resume: "resume"
        }
    }
}
