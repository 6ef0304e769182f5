internal import Netius

extension OutputBuffer {
    /// Appends an address as it prints itself, an IPv4-mapped one as the IPv4 address, and a zone as its number; without
    /// making a string of it.
    func append(_ address: IPAddress) {
        switch address.unmapped {
        case .v4(let address): append(address)
        case .v6(let address): append(address)
        }
    }

    private func append(_ address: IPv4Address) {
        append(decimal: Int(address.bits >> 24))
        append(UInt8(ascii: "."))
        append(decimal: Int(address.bits >> 16 & 255))
        append(UInt8(ascii: "."))
        append(decimal: Int(address.bits >> 8 & 255))
        append(UInt8(ascii: "."))
        append(decimal: Int(address.bits & 255))
    }

    /// RFC 5952: without leading zeros, `::` for the first of the longest runs of zeros.
    private func append(_ address: IPv6Address) {
        let zeros = address.longestZeroRun
        var group = 0
        while group < 8 {
            if group == zeros.lowerBound, !zeros.isEmpty {
                append("::")
                group = zeros.upperBound
                continue
            }
            if group > 0, group != zeros.upperBound || zeros.isEmpty { append(UInt8(ascii: ":")) }
            append(lowercaseHexadecimal: address.group(group))
            group += 1
        }
        guard address.zone != 0 else { return }
        append(UInt8(ascii: "%"))
        append(decimal: Int(address.zone))
    }

    private func append(lowercaseHexadecimal number: UInt16) {
        var shift: UInt16 = 12
        while shift > 0, number >> shift == 0 { shift -= 4 }
        while true {
            let digit = UInt8(truncatingIfNeeded: number >> shift & 15)
            append(digit < 10 ? 48 + digit : 87 + digit)
            guard shift > 0 else { return }
            shift -= 4
        }
    }
}
