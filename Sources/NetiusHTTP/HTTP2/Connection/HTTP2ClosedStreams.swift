/// Remembers how the streams that were closed last came to their end, which decides what a late frame for one of them
/// means (RFC 9113 §5.1).
///
/// Streams that were reset here have a ring of their own: frames that the peer sent before it knew are no fault of its,
/// and must not be taken for one because many other streams have ended meanwhile.
struct HTTP2ClosedStreams {
    enum Reason: Hashable, Sendable {
        /// Both sides had ended it.
        case ended
        case resetByPeer
        case resetHere
    }

    /// Tells streams that the peer has reset from those that ended; identifiers have 31 bits.
    private static var resetByPeer: UInt32 { 0x8000_0000 }

    private let capacity: Int
    private var resetHere: [UInt32] = []
    private var nextResetHere = 0
    private var others: [UInt32] = []
    private var nextOther = 0

    /// - Parameter capacity: How many streams that were reset here are remembered, and how many others.
    init(capacity: Int = 128) {
        self.capacity = max(capacity, 1)
    }

    /// Remembers a stream that has just been closed, and forgets the one longest closed if need be.
    mutating func insert(_ stream: UInt32, _ reason: Reason) {
        switch reason {
        case .ended: Self.insert(stream, &others, &nextOther, capacity)
        case .resetByPeer: Self.insert(stream | Self.resetByPeer, &others, &nextOther, capacity)
        case .resetHere: Self.insert(stream, &resetHere, &nextResetHere, capacity)
        }
    }

    @inline(__always)
    private static func insert(_ entry: UInt32, _ ring: inout [UInt32], _ next: inout Int, _ capacity: Int) {
        if ring.count < capacity {
            ring.append(entry)
        } else {
            ring[next] = entry
            next = next + 1 == capacity ? 0 : next + 1
        }
    }

    /// How the stream was closed; nil if it is not remembered.
    func reason(of stream: UInt32) -> Reason? {
        if resetHere.contains(stream) { return .resetHere }
        if others.contains(stream) { return .ended }
        return others.contains(stream | Self.resetByPeer) ? .resetByPeer : nil
    }
}
