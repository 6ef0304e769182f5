internal import Netius

/// A set of ASCII octets held in two machine words: a test is a shift, without a table in memory.
struct OctetSet {
    private let low: UInt64
    private let high: UInt64

    @inline(__always)
    func contains(_ octet: UInt8) -> Bool {
        let word = octet < 64 ? low : octet < 128 ? high : 0
        return (word &>> UInt64(octet & 63)) & 1 != 0
    }

    /// RFC 9110 §5.6.2: `tchar`.
    @inline(__always)
    static var token: OctetSet { OctetSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// RFC 9113 §8.2.1: `tchar` without upper-case letters.
    @inline(__always)
    static var lowercaseToken: OctetSet { OctetSet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C000_0000) }

    /// RFC 3986 §3.2.2: what `reg-name` consists of besides percent-encoded octets: `unreserved / sub-delims`.
    @inline(__always)
    static var registeredName: OctetSet { OctetSet(low: 0x2BFF_7FD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    /// RFC 3986 §2.3: `unreserved`, which needs no percent-encoding anywhere.
    @inline(__always)
    static var unreserved: OctetSet { OctetSet(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    /// RFC 3986 §3.3 to §3.5: what path, query and fragment consist of besides percent-encoded octets:
    /// `pchar / "/" / "?"`.
    @inline(__always)
    static var uriText: OctetSet { OctetSet(low: 0xAFFF_FFD2_0000_0000, high: 0x47FF_FFFE_87FF_FFFF) }

    /// WHATWG URL: what the serializer of `application/x-www-form-urlencoded` leaves as it is.
    @inline(__always)
    static var formUnescaped: OctetSet { OctetSet(low: 0x03FF_6400_0000_0000, high: 0x07FF_FFFE_87FF_FFFE) }

    /// RFC 2046 §5.1.1: `bchars`.
    @inline(__always)
    static var boundary: OctetSet { OctetSet(low: 0xA7FF_FB81_0000_0000, high: 0x07FF_FFFE_87FF_FFFE) }

    /// RFC 6265 §4.1.1: `cookie-octet`.
    @inline(__always)
    static var cookie: OctetSet { OctetSet(low: 0xF7FF_EFFA_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF) }

    /// RFC 9110 §5.6.4: the ASCII part of `qdtext`.
    @inline(__always)
    static var quotedText: OctetSet { OctetSet(low: 0xFFFF_FFFB_0000_0200, high: 0x7FFF_FFFF_EFFF_FFFF) }
}

extension UInt8 {
    /// RFC 9110 §5.6.3: what `OWS` consists of.
    @inline(__always)
    var isWhitespace: Bool { self == .space || self == .horizontalTab }

    /// RFC 9110 §5.5: `field-vchar`, SP or HTAB.
    @inline(__always)
    var isFieldText: Bool { (self >= 0x20 && self != 0x7F) || self == .horizontalTab }
}
