import Netius
import NetiusMail

/// `netius queue`: what a relay has in its queue, and orders for it, whether it runs or not.
struct QueueCommand: Command {
    /// What there is to do.
    enum Action: String, CaseIterable {
        case list, show, retry, remove, pause, resume
    }

    static let description = CommandDescription(
        name: "queue", summary: "Shows and manages the queue of a relay.", arguments: [action, identifiers],
        options: [RelayCommand.spool, json, all])

    private static let action = ArgumentDescription(
        name: "ACTION",
        help: "list: what is in it; show ID: a message; retry [ID...]: deliver now; remove ID...: forget, telling "
            + "nobody; pause and resume: all delivery")
    private static let identifiers = ArgumentDescription(
        name: "ID", help: "messages, as list shows them", isOptional: true, isRepeated: true)
    private static let json = OptionDescription(flag: "json", help: "print one JSON object a line")
    private static let all = OptionDescription(
        flag: "content", help: "with show: print the message itself, up to 16 MiB, and nothing else")

    let action: Action
    let identifiers: [MailIdentifier]
    let spool: String
    let asJSON: Bool
    let showsContent: Bool

    var log: Log { Log(level: .warning) }

    init(_ values: CommandValues) throws(UsageError) {
        action = try values.required(Self.action, as: .choice())
        spool = try values.required(RelayCommand.spool, as: .string)
        asJSON = try values.required(Self.json, as: .boolean)
        showsContent = try values.required(Self.all, as: .boolean)
        var identifiers: [MailIdentifier] = []
        for text in values.repeatedArguments {
            guard let identifier = MailIdentifier(text) else {
                throw .invalidValue(ConfigurationError(name: "ID", value: text, expected: "the ID of a message"))
            }
            identifiers.append(identifier)
        }
        switch action {
        case .list, .pause, .resume:
            if let first = values.repeatedArguments.first { throw .unexpectedArgument(first) }
        case .show, .remove:
            if identifiers.isEmpty { throw .missingArgument("ID") }
        case .retry: break
        }
        self.identifiers = identifiers
    }

    func run() async throws {
        let spool = try MailSpool(path: spool)
        switch action {
        case .list: try list(spool)
        case .show: for identifier in identifiers { try show(spool, identifier) }
        case .retry:
            if identifiers.isEmpty { try await spool.retry() }
            for identifier in identifiers { try await spool.retry(identifier) }
        case .remove: for identifier in identifiers { try await spool.remove(identifier) }
        case .pause: try await spool.pause()
        case .resume: try await spool.resume()
        }
    }

    private func list(_ spool: MailSpool) throws {
        var count = 0
        try spool.forEachMessage { message in
            count += 1
            writeToStandardOutput(asJSON ? QueueReport(message).json : QueueReport(message).text)
        }
        guard !asJSON else { return }
        let paused = spool.isPaused ? "; delivery is paused" : ""
        writeToStandardOutput("\(count) message\(count == 1 ? "" : "s")\(paused)\n")
    }

    private func show(_ spool: MailSpool, _ identifier: MailIdentifier) throws {
        if showsContent {
            let content = try spool.content(of: identifier, upTo: 16 << 20)
            return writeToStandardOutput(String(decoding: content, as: UTF8.self))
        }
        let report = QueueReport(try spool.message(identifier))
        writeToStandardOutput(asJSON ? report.json : report.text)
    }
}
