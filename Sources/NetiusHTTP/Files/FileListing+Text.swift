import Netius

// How names, sizes and times of files are written.

extension [UInt8] {
    /// Appends ASCII text as it is.
    mutating func append(_ text: StaticString) {
        // A static string is immortal.
        text.withUTF8Buffer { unsafe append(contentsOf: $0) }
    }

    /// Appends a number in decimal digits.
    mutating func append(decimal number: Int) {
        append(contentsOf: String(number).utf8)
    }

    /// Appends octets as a segment of a path: all but the unreserved are escaped (RFC 3986 section 2.3).
    mutating func append(percentEncoding octets: some Sequence<UInt8>) {
        for octet in octets { PercentEncoding.append(octet, keeping: .unreserved, to: &self) }
    }

    /// Appends octets as the text of an HTML element or of an attribute in quotation marks.
    ///
    /// What is no UTF-8, a control, or turns the direction of the text around it, is shown as U+FFFD.
    mutating func append(escapingHTML octets: some Collection<UInt8>) {
        for scalar in String(decoding: octets, as: UTF8.self).unicodeScalars {
            switch scalar {
            case "&": append("&amp;")
            case "<": append("&lt;")
            case ">": append("&gt;")
            case "\"": append("&quot;")
            case "'": append("&#39;")
            case _ where scalar.isDisguise: append(contentsOf: "\u{FFFD}".utf8)
            default: append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }

    /// Appends octets as a string of JSON, in its quotation marks (RFC 8259 section 7). What is no UTF-8 is U+FFFD.
    mutating func append(escapingJSON octets: some Collection<UInt8>) {
        append(UInt8(ascii: "\""))
        for octet in String(decoding: octets, as: UTF8.self).utf8 {
            switch octet {
            case UInt8(ascii: "\""): append("\\\"")
            case UInt8(ascii: "\\"): append("\\\\")
            case 0..<0x20, 0x7F:
                append("\\u00")
                appendHexadecimal(UInt64(octet), width: 2)
            default: append(octet)
            }
        }
        append(UInt8(ascii: "\""))
    }

    /// Appends a size as people read it, in steps of 1024: `17 B`, `2.9 KiB`, `131 MiB`.
    mutating func append(size: Int) {
        let units: [StaticString] = [" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"]
        let size = Swift.max(size, 0)
        var unit = 0
        while unit + 1 < units.count, size >> (10 * (unit + 1)) > 0 { unit += 1 }
        let whole = size >> (10 * unit)
        append(decimal: whole)
        if unit > 0, whole < 10 {
            append(UInt8(ascii: "."))
            // Cut off rather than rounded: 9.99 is not to become 10.0.
            let rest = (size - (whole << (10 * unit))) >> (10 * (unit - 1))
            append(decimal: (rest * 10) >> 10)
        }
        append(units[unit])
    }

    /// Appends a moment to the minute, in UTC, with the time of the day in an element of its own:
    /// `2026-11-20<span> 23:50</span>`.
    mutating func append(minuteOf moment: Timestamp) {
        let text = Array(moment.description.utf8)
        append(contentsOf: text.prefix(10))
        append("<span> ")
        append(contentsOf: text.dropFirst(11).prefix(5))
        append("</span>")
    }
}

extension Unicode.Scalar {
    /// Whether it would make the name of a file look like another: controls, marks of direction, line ends, and what
    /// takes no room and has no use within words.
    fileprivate var isDisguise: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x61C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF: true
        default: false
        }
    }
}
