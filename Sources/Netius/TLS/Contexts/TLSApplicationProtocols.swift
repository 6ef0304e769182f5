/// The application protocols that one side speaks, the one it likes best first (ALPN, RFC 7301).
struct TLSApplicationProtocols: Sendable, Hashable {
    let names: [String]
    /// As they are sent: each name after one octet with its length.
    let encoded: [UInt8]

    init(_ names: [String]) throws(TLSConfigurationError) {
        var encoded: [UInt8] = []
        for name in names {
            guard let length = UInt8(exactly: name.utf8.count), length > 0 else {
                throw TLSConfigurationError("application protocol \(name.quoted): a name has 1 to 255 octets")
            }
            encoded.append(length)
            encoded.append(contentsOf: name.utf8)
        }
        guard encoded.count <= Int(UInt16.max) - 2 else {
            throw TLSConfigurationError("application protocols: more than fit into a message")
        }
        self.names = names
        self.encoded = encoded
    }

    /// Where, in what a client has sent, the name is that this side likes best; nil when there is none in common.
    func choose(from offered: Span<UInt8>) -> Range<Int>? {
        var own = 0
        while own < encoded.count {
            let length = Int(encoded[own])
            let name = own + 1..<own + 1 + length
            if let found = Self.find(encoded[name], in: offered) { return found }
            own = name.upperBound
        }
        return nil
    }

    private static func find(_ name: ArraySlice<UInt8>, in offered: Span<UInt8>) -> Range<Int>? {
        var start = 0
        while start < offered.count {
            let length = Int(offered[start])
            let end = start + 1 + length
            guard end <= offered.count else { return nil }
            if length == name.count {
                var isEqual = true
                for (index, byte) in name.enumerated() where offered[start + 1 + index] != byte { isEqual = false }
                if isEqual { return start + 1..<end }
            }
            start = end
        }
        return nil
    }
}
