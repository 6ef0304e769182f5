internal import Netius

/// One field of a message: a name and a value (RFC 9110 §5).
public struct HTTPField: Hashable, Sendable {
    /// The name.
    public var name: Name

    /// The value, always legal: whitespace at its ends is removed, and an octet that must not appear in a value
    /// (CR, LF, NUL and the other controls except HTAB) is replaced by a space.
    public var value: String {
        get { legalValue }
        set { legalValue = Self.legalized(newValue) }
    }

    private var legalValue: String

    /// Makes a field. The value is made legal as ``value`` says.
    public init(name: Name, value: String) {
        self.name = name
        legalValue = Self.legalized(value)
    }

    /// Makes a field, or nil if ``isValidValue(_:)`` says no to the value.
    public init?(name: Name, validating value: String) {
        guard Self.isValidValue(value) else { return nil }
        self.name = name
        legalValue = value
    }

    /// Whether the value may be sent as it is: no controls but HTAB, no whitespace at its ends (RFC 9110 §5.5).
    public static func isValidValue(_ value: String) -> Bool {
        let octets = value.utf8
        if let first = octets.first, first.isWhitespace { return false }
        if let last = octets.last, last.isWhitespace { return false }
        return octets.allSatisfy(\.isFieldText)
    }

    /// The octets of a value that can safely be sent.
    static func legalized(_ octets: some Sequence<UInt8>) -> [UInt8] {
        let replaced = octets.map { $0.isFieldText ? $0 : .space }
        return Array(replaced.span.trimmed(0..<replaced.count).map { replaced[$0] })
    }

    static func legalized(_ value: String) -> String {
        isValidValue(value) ? value : String(decoding: legalized(value.utf8), as: UTF8.self)
    }
}

extension HTTPField: CustomStringConvertible {
    /// Such as `Host: example.com`.
    public var description: String { "\(name): \(value)" }
}
