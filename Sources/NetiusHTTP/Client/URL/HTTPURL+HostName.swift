internal import Netius

extension HTTPURL {
    /// The host in lower case: an IPv4 address, or the labels of a name that the DNS can have (RFC 1123 §2.1), in which
    /// underscores, though no host's, are in use.
    static func hostName(_ input: Span<UInt8>, _ range: Range<Int>) throws(HTTPURLError) -> String {
        guard !range.isEmpty else { throw .missingHost }
        let name = range.count <= 254 ? range : range.lowerBound..<range.lowerBound + 254
        for index in name where input[index] >= 0x80 { throw .internationalHost(input.text(name)) }
        // The dot at the end of a name says that it is whole.
        let isRooted = input[range.upperBound - 1] == UInt8(ascii: ".")
        let labels = range.lowerBound..<range.upperBound - (isRooted ? 1 : 0)
        guard 1...253 ~= labels.count else { throw .invalidHost(input.text(name)) }
        var octets: [UInt8] = []
        octets.reserveCapacity(range.count)
        var labelStart = labels.lowerBound
        for index in labels {
            let octet = input[index].lowercased
            octets.append(octet)
            if octet == UInt8(ascii: ".") {
                guard 1...63 ~= index - labelStart else { throw .invalidHost(input.text(name)) }
                labelStart = index + 1
            } else {
                let isInName =
                    octet.isLetter || octet.isDigit || octet == UInt8(ascii: "-") || octet == UInt8(ascii: "_")
                guard isInName else { throw .invalidHost(input.text(name)) }
            }
        }
        guard 1...63 ~= labels.upperBound - labelStart else { throw .invalidHost(input.text(name)) }
        if isNumber(input, labelStart..<labels.upperBound),
            isRooted || IPv4Address(utf8: input.extracting(range)) == nil
        {
            throw .numericHost(input.text(name))
        }
        if isRooted { octets.append(UInt8(ascii: ".")) }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Whether a host that ends so is an IPv4 address to somebody (WHATWG URL §3.5): a number, decimal or hexadecimal.
    private static func isNumber(_ input: Span<UInt8>, _ label: Range<Int>) -> Bool {
        var start = label.lowerBound
        let isHexadecimal =
            label.count >= 2 && input[start] == UInt8(ascii: "0") && input[start + 1].lowercased == UInt8(ascii: "x")
        if isHexadecimal { start += 2 }
        for index in start..<label.upperBound {
            guard input[index].isDigit || isHexadecimal && input[index].hexadecimalValue != nil else { return false }
        }
        return true
    }
}
