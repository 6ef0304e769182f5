/// A frame read in the plainest way, to compare with.
struct PlainFrame: Equatable {
    var kind: UInt8
    var flags: UInt8
    var stream: UInt32
    var payload: [UInt8]

    /// All frames of the octets; nil if they do not end with one.
    static func all(in octets: [UInt8]) -> [PlainFrame]? {
        var frames: [PlainFrame] = []
        var rest = octets[...]
        while !rest.isEmpty {
            guard rest.count >= 9 else { return nil }
            let start = Array(rest.prefix(9))
            rest = rest.dropFirst(9)
            let length = Int(start[0]) * 65_536 + Int(start[1]) * 256 + Int(start[2])
            guard rest.count >= length else { return nil }
            let stream = start[5...].reduce(0 as UInt32) { $0 * 256 + UInt32($1) }
            let payload = Array(rest.prefix(length))
            frames.append(PlainFrame(kind: start[3], flags: start[4], stream: stream, payload: payload))
            rest = rest.dropFirst(length)
        }
        return frames
    }
}
