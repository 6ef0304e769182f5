internal import Netius

extension HTTPField {
    /// The name of a field: a token, compared without regard to case (RFC 9110 §5.1).
    public struct Name: Sendable {
        /// The name as it was written.
        public let rawName: String
        /// The name in lower case, by which names compare.
        public let canonicalName: String

        /// Makes a name, or nil if the text is not a token (RFC 9110 §5.6.2).
        public init?(_ name: String) {
            guard !name.isEmpty, name.utf8.allSatisfy(OctetSet.token.contains) else { return nil }
            self.init(token: name.utf8)
        }

        /// Both texts are tokens, and the second is the first in lower case.
        init(rawName: String, canonicalName: String) {
            self.rawName = rawName
            self.canonicalName = canonicalName
        }

        /// The octets are known to be a token.
        init(token: some Collection<UInt8>) {
            rawName = String(decoding: token, as: UTF8.self)
            let isLowercase = token.allSatisfy { $0 == $0.lowercased }
            canonicalName = isLowercase ? rawName : String(decoding: token.lazy.map(\.lowercased), as: UTF8.self)
        }
    }
}

extension HTTPField.Name: Hashable {
    /// Whether the names are equal without regard to case.
    public static func == (left: Self, right: Self) -> Bool { left.canonicalName == right.canonicalName }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(canonicalName) }
}

extension HTTPField.Name: LosslessStringConvertible {
    /// The name as it was written.
    public var description: String { rawName }
}
