internal import Netius

/// What a part consists of (RFC 2045 section 5): `text/plain; charset=utf-8`.
public struct MailContentType: Sendable, Hashable {
    /// Such as `text` or `multipart`, in lower case.
    public let type: String
    /// Such as `plain` or `mixed`, in lower case.
    public let subtype: String
    /// What else is said, as the character set.
    public let parameters: MailParameters

    /// What a part is that does not say (RFC 2045 section 5.2).
    public static let plainText = MailContentType(type: "text", subtype: "plain", parameters: MailParameters())
    static let message = MailContentType(type: "message", subtype: "rfc822", parameters: MailParameters())

    init(type: String, subtype: String, parameters: MailParameters) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
    }

    /// Reads the value of a Content-Type field; nil where it does not begin with a type and a subtype.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        var index = bytes.firstIndex { !$0.isBlank } ?? bytes.count
        func token() -> String? {
            let start = index
            while index < bytes.count, bytes[index].isParameterName { index += 1 }
            return index > start ? String(decoding: bytes[start..<index], as: UTF8.self).lowercasedASCII : nil
        }
        guard let type = token(), index < bytes.count, bytes[index] == UInt8(ascii: "/") else { return nil }
        index += 1
        guard let subtype = token() else { return nil }
        self.init(type: type, subtype: subtype, parameters: MailParameters(reading: bytes, from: index))
    }

    /// `text/plain`, without the parameters.
    public var name: String { "\(type)/\(subtype)" }

    /// Whether it is one that holds parts.
    public var isMultipart: Bool { type == "multipart" }

    /// What separates the parts of a multipart; nil where there is none, or none that can be.
    var boundary: [UInt8]? {
        guard isMultipart, let text = parameters["boundary"] else { return nil }
        var octets = Array(text.utf8)
        while octets.last == .space { octets.removeLast() }
        return 1...Self.maximumBoundaryLength ~= octets.count ? octets : nil
    }

    /// More than RFC 2046 section 5.1.1 allows, which not all keep to.
    static let maximumBoundaryLength = 256
}

/// How a part is meant to be shown (RFC 2183).
public struct MailContentDisposition: Sendable, Hashable {
    /// `inline`, `attachment` or something else, in lower case.
    public let kind: String
    /// What else is said, as the file's name.
    public let parameters: MailParameters

    /// Reads the value of a Content-Disposition field; nil where it does not begin with a word.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let start = bytes.firstIndex { !$0.isBlank } ?? bytes.count
        let end = bytes[start...].firstIndex { !$0.isParameterName } ?? bytes.count
        guard end > start else { return nil }
        kind = String(decoding: bytes[start..<end], as: UTF8.self).lowercasedASCII
        parameters = MailParameters(reading: bytes, from: end)
    }
}
