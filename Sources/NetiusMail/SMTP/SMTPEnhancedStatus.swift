/// An enhanced mail system status code (RFC 3463): `5.1.1`.
public struct SMTPEnhancedStatus: Sendable, Hashable {
    /// 2 success, 4 a failure that may pass, 5 one that will not.
    public let kind: Int
    /// What it is about (RFC 3463 section 3.2 and on): 1 addresses, 2 mailboxes, 3 mail systems, 4 networks and
    /// routing, 5 the protocol, 6 content, 7 security and policy.
    public let subject: Int
    /// The condition.
    public let detail: Int

    /// A code of its three numbers; nil unless the class is 2, 4 or 5 and the others are 0 to 999.
    public init?(_ kind: Int, _ subject: Int, _ detail: Int) {
        guard kind == 2 || kind == 4 || kind == 5, 0...999 ~= subject, 0...999 ~= detail else { return nil }
        self.init(checked: kind, subject, detail)
    }

    init(checked kind: Int, _ subject: Int, _ detail: Int) {
        (self.kind, self.subject, self.detail) = (kind, subject, detail)
    }
}

extension SMTPEnhancedStatus: LosslessStringConvertible {
    /// `5.1.1`.
    public var description: String { "\(kind).\(subject).\(detail)" }

    /// Reads `class "." subject "." detail`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard 1...3 ~= part.count, part.allSatisfy({ 0x30...0x39 ~= $0 }), let number = Int(Substring(part)) else {
                return nil
            }
            numbers.append(number)
        }
        self.init(numbers[0], numbers[1], numbers[2])
    }
}
