/// The fields that both sides know from the beginning (RFC 7541 Appendix A).
enum HPACKStaticTable {
    static let count = 61

    /// The name and the value at the index, which is 1 to 61.
    @inline(__always)
    static func entry(_ index: Int) -> (name: StaticString, value: StaticString) { entries[index - 1] }

    /// The first of the entries that have the name of the one at the index: these stand together.
    @inline(__always)
    static func firstIndex(_ index: Int) -> Int {
        switch index {
        case 3: 2
        case 5: 4
        case 7: 6
        case 9...14: 8
        default: index
        }
    }

    /// The first of the entries with the name, or 0.
    static func index(of octets: Span<UInt8>, _ name: Range<Int>) -> Int {
        index(of: octets, name, hash: octets.hash(name))
    }

    /// The same, if the name's hash is known.
    @inline(__always)
    static func index(of octets: Span<UInt8>, _ name: Range<Int>, hash: UInt32) -> Int {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let index = Int(slots[slot])
            if octets.isExactly(entry(index).name, in: name) { return index }
            slot = (slot + 1) & (slots.count - 1)
        }
        return 0
    }

    /// The entry with the value among those that have the name of the first.
    @inline(__always)
    static func index(from first: Int, of octets: Span<UInt8>, value: Range<Int>) -> Int? {
        var index = first
        repeat {
            if octets.isExactly(entry(index).value, in: value) { return index }
            index += 1
        } while index <= count && firstIndex(index) == first
        return nil
    }

    /// The first index of each name where its hash says or behind; most are free.
    private static let slots: [UInt8] = {
        var slots = [UInt8](repeating: 0, count: 256)
        for index in 1...count where firstIndex(index) == index {
            let name = entry(index).name
            // Static strings are immortal.
            let hash = unsafe name.octets.span.hash(0..<name.utf8CodeUnitCount)
            var slot = Int(hash) & 255
            while slots[slot] != 0 { slot = (slot + 1) & 255 }
            slots[slot] = UInt8(index)
        }
        return slots
    }()

    private static let entries: [(name: StaticString, value: StaticString)] = [
        (":authority", ""),
        (":method", "GET"),
        (":method", "POST"),
        (":path", "/"),
        (":path", "/index.html"),
        (":scheme", "http"),
        (":scheme", "https"),
        (":status", "200"),
        (":status", "204"),
        (":status", "206"),
        (":status", "304"),
        (":status", "400"),
        (":status", "404"),
        (":status", "500"),
        ("accept-charset", ""),
        ("accept-encoding", "gzip, deflate"),
        ("accept-language", ""),
        ("accept-ranges", ""),
        ("accept", ""),
        ("access-control-allow-origin", ""),
        ("age", ""),
        ("allow", ""),
        ("authorization", ""),
        ("cache-control", ""),
        ("content-disposition", ""),
        ("content-encoding", ""),
        ("content-language", ""),
        ("content-length", ""),
        ("content-location", ""),
        ("content-range", ""),
        ("content-type", ""),
        ("cookie", ""),
        ("date", ""),
        ("etag", ""),
        ("expect", ""),
        ("expires", ""),
        ("from", ""),
        ("host", ""),
        ("if-match", ""),
        ("if-modified-since", ""),
        ("if-none-match", ""),
        ("if-range", ""),
        ("if-unmodified-since", ""),
        ("last-modified", ""),
        ("link", ""),
        ("location", ""),
        ("max-forwards", ""),
        ("proxy-authenticate", ""),
        ("proxy-authorization", ""),
        ("range", ""),
        ("referer", ""),
        ("refresh", ""),
        ("retry-after", ""),
        ("server", ""),
        ("set-cookie", ""),
        ("strict-transport-security", ""),
        ("transfer-encoding", ""),
        ("user-agent", ""),
        ("vary", ""),
        ("via", ""),
        ("www-authenticate", ""),
    ]
}
