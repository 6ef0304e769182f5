/// What every frame begins with (RFC 9113 §4.1).
struct HTTP2FrameHeader: Hashable, Sendable {
    /// The octets of the payload, 0 to 2^24-1.
    var length: Int
    var kind: HTTP2FrameKind
    var flags: HTTP2FrameFlags
    /// The stream's identifier, without the reserved bit, which a receiver ignores; 0 for the connection.
    var stream: UInt32

    /// The octets of a frame header.
    static var size: Int { 9 }
}

extension HTTP2FrameHeader {
    /// Reads the header that begins at `position`, from where on the span has at least ``size`` octets.
    @inline(__always)
    init(_ octets: Span<UInt8>, at position: Int) {
        // The loads are checked against the span's bounds, and any octets are a valid integer.
        let start = UInt64(
            bigEndian: unsafe octets.bytes.unsafeLoadUnaligned(fromByteOffset: position, as: UInt64.self))
        length = Int(truncatingIfNeeded: start >> 40)
        kind = HTTP2FrameKind(rawValue: UInt8(truncatingIfNeeded: start >> 32))
        flags = HTTP2FrameFlags(rawValue: UInt8(truncatingIfNeeded: start >> 24))
        stream = UInt32(truncatingIfNeeded: start << 8) & 0x7FFF_FFFF | UInt32(octets[position + 8])
    }
}
