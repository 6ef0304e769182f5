internal import Netius

extension SMTPResult {
    /// As one line of JSON: `recipients`, each with its address, whether it was accepted, and why not, and `sessions`, as
    /// `SMTPSessionInformation.json` has them.
    public var json: String {
        var bytes = Array("{\"recipients\":[".utf8)
        for (index, recipient) in recipients.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            recipient.appendJSON(to: &bytes)
        }
        bytes += Array("],\"sessions\":[\(sessions.map(\.json).joined(separator: ","))]}".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension SMTPRecipientResult {
    fileprivate func appendJSON(to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "{"))
        bytes.appendMember("address", address.description, isFirst: true)
        bytes.appendMember("accepted", literal: outcome.isAccepted ? "true" : "false")
        bytes.appendMember("temporary", literal: outcome.isTemporary ? "true" : "false")
        bytes.appendMember("code", literal: outcome.reply.map { "\($0.code)" } ?? "null")
        bytes.appendMember("status", outcome.status.description)
        bytes.appendMember("text", outcome.description)
        bytes.appendMember("host", host)
        bytes.append(UInt8(ascii: "}"))
    }
}

extension [UInt8] {
    /// Appends a member of a JSON object, its value as it is.
    mutating func appendMember(_ name: String, literal: String, isFirst: Bool = false) {
        append(contentsOf: "\(isFirst ? "" : ",")\"\(name)\":\(literal)".utf8)
    }

    /// Appends a member whose value is a text, or null.
    mutating func appendMember(_ name: String, _ text: String?, isFirst: Bool = false) {
        appendMember(name, literal: text?.quoted ?? "null", isFirst: isFirst)
    }

    /// Appends a member whose value is a list of texts.
    mutating func appendMember(_ name: String, _ texts: [String]) {
        appendMember(name, literal: "[\(texts.map(\.quoted).joined(separator: ","))]")
    }
}
