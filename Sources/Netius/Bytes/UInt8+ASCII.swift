extension UInt8 {
    @inlinable @inline(__always) package static var horizontalTab: UInt8 { 0x09 }
    @inlinable @inline(__always) package static var lineFeed: UInt8 { 0x0A }
    @inlinable @inline(__always) package static var carriageReturn: UInt8 { 0x0D }
    @inlinable @inline(__always) package static var space: UInt8 { 0x20 }

    @inlinable @inline(__always)
    package var isDigit: Bool { self &- 0x30 < 10 }

    @inlinable @inline(__always)
    package var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }

    /// The ASCII lower-case form.
    @inlinable @inline(__always)
    package var lowercased: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    /// The value of a hexadecimal digit.
    @inlinable @inline(__always)
    package var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter &+ 10 : nil
    }

    /// The value of a digit of Base64 (RFC 4648 section 4).
    @inlinable @inline(__always)
    package var base64Value: UInt8? {
        switch self {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): self - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): self - 71
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self + 4
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
