import Testing

@testable import NetiusHTTP

@Suite("Streams that are closed")
struct HTTP2ClosedStreamsTests {
    @Test("Are remembered with the reason")
    func reasons() {
        var streams = HTTP2ClosedStreams()
        #expect(streams.reason(of: 1) == nil)
        streams.insert(1, .ended)
        streams.insert(3, .resetByPeer)
        streams.insert(5, .resetHere)
        streams.insert(0x7FFF_FFFF, .resetByPeer)
        #expect(streams.reason(of: 1) == .ended)
        #expect(streams.reason(of: 3) == .resetByPeer)
        #expect(streams.reason(of: 5) == .resetHere)
        #expect(streams.reason(of: 0x7FFF_FFFF) == .resetByPeer)
        #expect(streams.reason(of: 7) == nil)
        #expect(streams.reason(of: 0) == nil)
    }

    @Test("Those reset here are not forgotten because others end")
    func ownRing() {
        var streams = HTTP2ClosedStreams(capacity: 4)
        streams.insert(1, .resetHere)
        for stream in 0..<100 { streams.insert(UInt32(2 * stream + 3), stream % 2 == 0 ? .ended : .resetByPeer) }
        #expect(streams.reason(of: 1) == .resetHere)
        #expect(streams.reason(of: 201) == .resetByPeer)
        #expect(streams.reason(of: 195) == .ended)
        #expect(streams.reason(of: 193) == nil)
    }

    @Test("Those closed last are remembered, of either kind, and no others", arguments: [1, 2, 7, 128])
    func model(capacity: Int) {
        var random = SeededGenerator(seed: UInt64(capacity))
        var streams = HTTP2ClosedStreams(capacity: capacity)
        var here: [UInt32] = []
        var others: [(UInt32, HTTP2ClosedStreams.Reason)] = []
        for stream: UInt32 in 1...600 {
            switch Int.random(in: 0..<3, using: &random) {
            case 0:
                streams.insert(stream, .resetHere)
                here = (here + [stream]).suffix(capacity)
            case 1:
                streams.insert(stream, .ended)
                others = (others + [(stream, .ended)]).suffix(capacity)
            default:
                streams.insert(stream, .resetByPeer)
                others = (others + [(stream, .resetByPeer)]).suffix(capacity)
            }
            guard stream % 20 == 0 else { continue }
            for probe in 0...stream + 1 {
                let expected = here.contains(probe) ? .resetHere : others.first { $0.0 == probe }?.1
                #expect(streams.reason(of: probe) == expected)
            }
        }
    }

    @Test("There is always room for one")
    func noCapacity() {
        var streams = HTTP2ClosedStreams(capacity: 0)
        streams.insert(1, .ended)
        streams.insert(3, .ended)
        #expect(streams.reason(of: 1) == nil)
        #expect(streams.reason(of: 3) == .ended)
    }
}
