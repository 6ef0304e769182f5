internal import Netius

/// The parameters of Content-Type and Content-Disposition (RFC 2045 section 5.1, RFC 2183), those of RFC 2231 decoded.
public struct MailParameters: Sendable, Hashable {
    /// Names, in lower case, and values, in the order in which they were first named.
    public private(set) var all: [Parameter] = []

    /// One parameter.
    public struct Parameter: Sendable, Hashable {
        /// The name, in lower case.
        public let name: String
        /// The value, decoded.
        public let value: String
        /// Whether it was encoded as RFC 2231 has it.
        let wasEncoded: Bool
    }

    /// None.
    public init() {}

    /// The value of the parameter with that name, in whatever case; where one is named again, the first counts.
    public subscript(name: String) -> String? {
        let name = name.lowercasedASCII
        return all.first { $0.name == name }?.value
    }

    /// The value as a name that is shown. Many encode it as header fields are, which RFC 2047 section 5 forbids.
    func name(_ name: String) -> String? {
        guard let parameter = all.first(where: { $0.name == name }), !parameter.value.isEmpty else { return nil }
        return parameter.wasEncoded ? parameter.value : MailEncodedWord.decode(parameter.value)
    }

    mutating func append(_ name: String, _ value: String, wasEncoded: Bool) {
        all.append(Parameter(name: name, value: value, wasEncoded: wasEncoded))
    }
}
