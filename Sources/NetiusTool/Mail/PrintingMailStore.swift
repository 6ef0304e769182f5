import Netius
import NetiusMail

/// A store that prints each message when it is whole, for people to look at: control characters are escaped.
struct PrintingMailStore: MailStore {
    /// A message on its way in.
    struct Delivery: MailDelivery {
        fileprivate let stored: MemoryMailStore.Delivery
        fileprivate let store: PrintingMailStore

        func append(_ bytes: [UInt8]) async throws { try await stored.append(bytes) }

        func commit() async throws -> String {
            let identifier = try await stored.commit()
            let store = store
            try await BlockingPool.shared.run { store.print() }
            return identifier
        }

        func abandon() async { await stored.abandon() }
    }

    private let messages = MemoryMailStore()
    private let output: @Sendable (String) -> Void
    /// Held while a message is printed.
    private let turn = Lock()

    init(_ output: @escaping @Sendable (String) -> Void) {
        self.output = output
    }

    func begin(_ envelope: SMTPEnvelope) async throws -> Delivery {
        Delivery(stored: try await messages.begin(envelope), store: self)
    }

    private func print() {
        turn.withLock {
            for message in messages.removeAll() { output(Self.text(of: message)) }
        }
    }

    /// The message behind the fields of final delivery, and an empty line.
    static func text(of message: MemoryMailStore.Message) -> String {
        var text = "Return-Path: <\(message.envelope.sender.address?.description ?? "")>\n"
        for recipient in message.envelope.recipients { text += "Delivered-To: \(recipient.address)\n" }
        for line in message.content.split(separator: 0x0A, omittingEmptySubsequences: false) {
            let line = String(decoding: line.last == 0x0D ? line.dropLast() : line, as: UTF8.self)
            text +=
                line.split(separator: "\t", omittingEmptySubsequences: false)
                .map { String($0).onOneLine }.joined(separator: "\t") + "\n"
        }
        return text
    }
}
