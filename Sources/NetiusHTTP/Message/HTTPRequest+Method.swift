extension HTTPRequest {
    /// The method of a request: a token, compared with regard to case (RFC 9110 §9).
    public struct Method: RawRepresentable, Hashable, Sendable, LosslessStringConvertible {
        /// The token.
        public let rawValue: String

        /// Makes a method, or nil if the text is not a token (RFC 9110 §5.6.2).
        public init?(rawValue: String) {
            guard !rawValue.isEmpty, rawValue.utf8.allSatisfy(OctetSet.token.contains) else { return nil }
            self.rawValue = rawValue
        }

        /// Makes a method, or nil if the text is not a token (RFC 9110 §5.6.2).
        public init?(_ description: String) {
            self.init(rawValue: description)
        }

        private init(token: String) {
            rawValue = token
        }

        /// The token.
        public var description: String { rawValue }

        /// GET (RFC 9110 §9.3.1).
        public static var get: Self { Self(token: "GET") }
        /// HEAD (RFC 9110 §9.3.2).
        public static var head: Self { Self(token: "HEAD") }
        /// POST (RFC 9110 §9.3.3).
        public static var post: Self { Self(token: "POST") }
        /// PUT (RFC 9110 §9.3.4).
        public static var put: Self { Self(token: "PUT") }
        /// DELETE (RFC 9110 §9.3.5).
        public static var delete: Self { Self(token: "DELETE") }
        /// CONNECT (RFC 9110 §9.3.6).
        public static var connect: Self { Self(token: "CONNECT") }
        /// OPTIONS (RFC 9110 §9.3.7).
        public static var options: Self { Self(token: "OPTIONS") }
        /// TRACE (RFC 9110 §9.3.8).
        public static var trace: Self { Self(token: "TRACE") }
        /// PATCH (RFC 5789).
        public static var patch: Self { Self(token: "PATCH") }

        /// The octets of the range are known to be a token. A standard method costs no allocation, nor does any of
        /// up to 15 octets.
        init(_ input: Span<UInt8>, _ range: Range<Int>) {
            // The first octet decides among the standard ones of a length, but for POST and HEAD, PUT and GET.
            switch (range.count, input[range.lowerBound]) {
            case (3, UInt8(ascii: "G")) where Self.is("ET", input, range): self = .get
            case (4, UInt8(ascii: "P")) where Self.is("OST", input, range): self = .post
            case (4, UInt8(ascii: "H")) where Self.is("EAD", input, range): self = .head
            case (3, UInt8(ascii: "P")) where Self.is("UT", input, range): self = .put
            default:
                var token: [UInt8] = []
                token.append(input, range)
                rawValue = String(decoding: token, as: UTF8.self)
            }
        }

        @inline(__always)
        private static func `is`(_ rest: StaticString, _ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
            var offset = 1
            while offset < range.count {
                // `rest` is immortal and has one octet less than the range.
                guard input[range.lowerBound + offset] == (unsafe rest.utf8Start[offset - 1]) else { return false }
                offset += 1
            }
            return true
        }
    }
}
