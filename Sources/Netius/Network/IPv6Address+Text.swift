extension IPv6Address: LosslessStringConvertible {
    /// Reads any form of RFC 4291 §2.2: eight groups of one to four hexadecimal digits, one `::` for one or more groups
    /// of zeros, the last two groups as a dotted IPv4 address. Nil for any other text.
    ///
    /// A link-local address, or any other that `isZoned`, may end in `%` and a zone (RFC 4007 §11): an interface's index
    /// in decimal, or its name, which is looked up in the system. The name of an interface that does not exist is
    /// refused. An index is not looked up; 0 means no zone. In text that a peer sent, refuse a `%` first: a zone means
    /// nothing to another host, and each name costs a question to the system.
    public init?(_ description: String) {
        let utf8 = description.utf8Span
        self.init(utf8: utf8.span)
    }

    package init?(utf8: Span<UInt8>) {
        guard let percent = utf8.indices.first(where: { utf8[$0] == UInt8(ascii: "%") }) else {
            guard let bits = Self.bits(of: utf8) else { return nil }
            self.init(bits: bits)
            return
        }
        guard let bits = Self.bits(of: utf8.extracting(first: percent)),
            let zone = Self.zone(of: utf8.extracting(droppingFirst: percent + 1))
        else { return nil }
        self.init(bits: bits, zone: zone)
        guard isZoned else { return nil }
    }

    /// The form of RFC 5952: lower case, no leading zeros, `::` for the longest run of two or more groups of zeros (the
    /// first such run), an IPv4-mapped address with its last 32 bits dotted. A zone follows a `%`: the name of the
    /// interface, or its index where the system has no such interface or its name would not be read back.
    public var description: String {
        guard zone != 0 else { return text }
        guard let name = Self.name(ofZone: zone), Self.isZoneName(name.utf8Span.span) else { return numericDescription }
        return "\(text)%\(name)"
    }

    /// As `description`, but the zone always as an index, so that the system is not asked.
    var numericDescription: String {
        zone == 0 ? text : "\(text)%\(zone)"
    }
}

// MARK: the address

extension IPv6Address {
    private static func bits(of utf8: Span<UInt8>) -> UInt128? {
        // The longest form is six full groups and a full IPv4 address.
        guard utf8.count >= 2, utf8.count <= 45 else { return nil }
        var bits: UInt128 = 0
        var groups = 0
        // How many groups stand before the `::`.
        var gap: Int?
        var index = 0
        if utf8[0] == UInt8(ascii: ":") {
            guard utf8[1] == UInt8(ascii: ":") else { return nil }
            gap = 0
            index = 2
        }
        while index < utf8.count {
            let start = index
            var group: UInt128 = 0
            while index < utf8.count, let digit = hexadecimalDigit(utf8[index]) {
                guard index - start < 4 else { return nil }
                group = group << 4 | UInt128(digit)
                index += 1
            }
            guard index > start else { return nil }
            if index < utf8.count, utf8[index] == UInt8(ascii: ".") {
                guard let tail = IPv4Address(utf8: utf8.extracting(droppingFirst: start)) else { return nil }
                bits = bits << 32 | UInt128(tail.bits)
                groups += 2
                break
            }
            bits = bits << 16 | group
            groups += 1
            guard index < utf8.count else { break }
            guard utf8[index] == UInt8(ascii: ":") else { return nil }
            index += 1
            // A single colon is followed by a group, a double one by a group or the end.
            guard index < utf8.count else { return nil }
            if utf8[index] == UInt8(ascii: ":") {
                guard gap == nil else { return nil }
                gap = groups
                index += 1
            }
        }
        // Text with too many groups ends here, whatever was shifted out.
        guard let gap else { return groups == 8 ? bits : nil }
        guard groups < 8 else { return nil }
        let trailing = 16 * (groups - gap)
        let leadingBits = bits >> trailing
        return leadingBits << (128 - 16 * gap) | bits & ~(UInt128.max << trailing)
    }

    private static func hexadecimalDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// The address without its zone.
    private var text: String {
        if let mappedIPv4 { return "::ffff:\(mappedIPv4)" }
        let run = longestZeroRun
        var text = ""
        var group = 0
        while group < 8 {
            if group == run.lowerBound, !run.isEmpty {
                text += "::"
                group = run.upperBound
                continue
            }
            if group > 0, group != run.upperBound || run.isEmpty { text += ":" }
            text += String(self.group(group), radix: 16)
            group += 1
        }
        return text
    }

    /// One of the eight groups, from the left.
    package func group(_ index: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: bits >> (112 - 16 * index))
    }

    /// The first of the longest runs of at least two groups of zeros; empty when there is none.
    package var longestZeroRun: Range<Int> {
        var longest = 0..<0
        var start = 0
        for index in 0..<8 {
            guard group(index) == 0 else {
                start = index + 1
                continue
            }
            let length = index + 1 - start
            if length >= 2, length > longest.count { longest = start..<(index + 1) }
        }
        return longest
    }
}

// MARK: the zone

extension IPv6Address {
    private static func zone(of utf8: Span<UInt8>) -> UInt32? {
        if let index = UInt32(decimal: utf8) { return index }
        guard isZoneName(utf8), let name = try? UTF8Span(validating: utf8) else { return nil }
        return zone(named: String(copying: name))
    }

    /// Whether the text can name an interface here: at most 15 visible ASCII characters, none that would end the name
    /// in an address, and not all digits, which would be an index.
    private static func isZoneName(_ utf8: Span<UInt8>) -> Bool {
        guard utf8.count >= 1, utf8.count <= 15 else { return false }
        var onlyDigits = true
        for index in utf8.indices {
            switch utf8[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): continue
            case UInt8(ascii: "%"), UInt8(ascii: "/"), UInt8(ascii: "["), UInt8(ascii: "]"): return false
            case 0x21...0x7e: onlyDigits = false
            default: return false
            }
        }
        return !onlyDigits
    }
}
