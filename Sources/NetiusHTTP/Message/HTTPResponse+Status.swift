extension HTTPResponse {
    /// The status of a response: a code of three digits and the phrase sent with it (RFC 9110 §15).
    ///
    /// Two are equal if their codes are.
    public struct Status: Sendable {
        private let number: UInt16
        /// The text sent after the code, for people: printable, on one line.
        public let reasonPhrase: String

        /// The code, 100 to 999.
        public var code: Int { Int(number) }

        /// A status with the registered phrase of its code, or none. See ``init(code:reasonPhrase:)``.
        public init(code: Int) {
            self.init(code: code, reasonPhrase: Self.registeredPhrase(of: code))
        }

        /// A status with a phrase of one's own. Octets that a phrase must not contain are replaced by spaces
        /// (RFC 9112 §4). A code outside 100 to 999 cannot be sent: the status becomes 500.
        public init(code: Int, reasonPhrase: String) {
            guard let number = UInt16(exactly: code), 100...999 ~= number else {
                self = .internalServerError
                return
            }
            self.number = number
            self.reasonPhrase = HTTPField.legalized(reasonPhrase)
        }

        /// A received status: the code is 100 to 999, the octets of the range are field text. The registered phrase costs
        /// no allocation, nor does any of up to 15 octets.
        init(code: Int, _ input: Span<UInt8>, reasonPhrase range: Range<Int>) {
            let registered = code == 200 ? .ok : Self(code: code)
            if registered.hasPhrase(input, range) {
                self = registered
            } else {
                var phrase: [UInt8] = []
                phrase.append(input, range)
                self.init(code: code, reasonPhrase: String(decoding: phrase, as: UTF8.self))
            }
        }

        private func hasPhrase(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
            let phrase = reasonPhrase.utf8
            guard phrase.count == range.count else { return false }
            var index = range.lowerBound
            for octet in phrase {
                guard input[index] == octet else { return false }
                index += 1
            }
            return true
        }

        init(registered number: UInt16, _ reasonPhrase: String) {
            self.number = number
            self.reasonPhrase = reasonPhrase
        }

        /// The class of the code, its first digit (RFC 9110 §15).
        public enum Kind: Sendable {
            /// 1xx: the request goes on.
            case informational
            /// 2xx: it was done.
            case successful
            /// 3xx: something else has to be done.
            case redirection
            /// 4xx: the client is at fault.
            case clientError
            /// 5xx: the server is at fault.
            case serverError
            /// A code that no class is defined for.
            case invalid
        }

        /// The class of the code.
        public var kind: Kind {
            switch number {
            case 100...199: .informational
            case 200...299: .successful
            case 300...399: .redirection
            case 400...499: .clientError
            case 500...599: .serverError
            default: .invalid
            }
        }

        private static let phrases: [UInt16: String] = Dictionary(
            registered.map { ($0.number, $0.reasonPhrase) }, uniquingKeysWith: { first, _ in first })

        static func registeredPhrase(of code: Int) -> String {
            UInt16(exactly: code).flatMap { phrases[$0] } ?? ""
        }
    }
}

extension HTTPResponse.Status: Hashable {
    /// Whether the codes are equal.
    public static func == (left: Self, right: Self) -> Bool { left.number == right.number }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension HTTPResponse.Status: ExpressibleByIntegerLiteral {
    /// A status with the registered phrase of its code.
    public init(integerLiteral code: Int) { self.init(code: code) }
}

extension HTTPResponse.Status: CustomStringConvertible {
    /// The code and the phrase.
    public var description: String { reasonPhrase.isEmpty ? "\(code)" : "\(code) \(reasonPhrase)" }
}
