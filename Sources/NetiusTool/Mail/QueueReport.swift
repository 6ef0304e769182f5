import Netius
import NetiusMail

/// What is shown of a message in the queue.
struct QueueReport {
    let message: QueuedMessage

    init(_ message: QueuedMessage) {
        self.message = message
    }

    private var sender: String { message.sender.address?.description ?? "<>" }

    /// A line for the message, and one for each recipient that is not settled.
    var text: String {
        var text = "\(message.identifier)  \(message.arrival)  \(message.size)  \(sender.onOneLine)\n"
        for recipient in message.recipients where !recipient.isSettled {
            text += "    \(recipient.recipient.address.description.onOneLine)"
            if recipient.attempts > 0 { text += "  tried \(recipient.attempts)x" }
            if let next = recipient.nextAttempt { text += "  next \(next)" }
            text += "\n"
            if let reply = recipient.lastReply { text += "        \(reply.onOneLine)\n" }
        }
        return text
    }

    /// An object on one line.
    var json: String {
        let recipients = message.recipients.map { recipient in
            let members = [
                "\"recipient\": \(recipient.recipient.address.description.quoted)",
                "\"state\": \("\(recipient.state)".quoted)", "\"attempts\": \(recipient.attempts)",
                "\"next_attempt\": \(recipient.nextAttempt.map { "\($0)".quoted } ?? "null")",
                "\"reply\": \(recipient.lastReply?.quoted ?? "null")",
            ]
            return "{\(members.joined(separator: ", "))}"
        }
        let members = [
            "\"id\": \(message.identifier.description.quoted)", "\"arrival\": \("\(message.arrival)".quoted)",
            "\"size\": \(message.size)", "\"sender\": \((message.sender.address?.description ?? "").quoted)",
            "\"recipients\": [\(recipients.joined(separator: ", "))]",
        ]
        return "{\(members.joined(separator: ", "))}\n"
    }
}
