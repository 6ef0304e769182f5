import Testing

@testable import NetiusHTTP

@Suite("Windows for what a peer sends")
struct HTTP2ReceiveWindowTests {
    @Test("Allow as much as they are large and not an octet more")
    func allows() {
        var window = HTTP2ReceiveWindow(size: 100)
        #expect(window.received(60) == true)
        #expect(window.received(41) == false)
        #expect(window.available == 40)
        #expect(window.received(40) == true)
        #expect(window.received(0) == true)
        #expect(window.received(1) == false)
    }

    @Test("Are announced again once a quarter of them is consumed, all at once")
    func announces() {
        var window = HTTP2ReceiveWindow(size: 100)
        #expect(window.received(100) == true)
        #expect(window.consumed(24) == 0)
        #expect(window.consumed(1) == 25)
        #expect(window.consumed(15) == 0)
        #expect(window.consumed(60) == 75)
        #expect(window.available == 100)
    }

    @Test("Never grow beyond what they are, even if more is consumed than has come")
    func consumesTooMuch() {
        var window = HTTP2ReceiveWindow(size: 100)
        #expect(window.consumed(1000) == 0)
        #expect(window.received(60) == true)
        #expect(window.consumed(.max) == 60)
        #expect(window.consumed(-5) == 0)
        #expect(window.available == 100)
        #expect(window.received(101) == false)
    }

    @Test("Of no size allow nothing, and of one octet that one again and again")
    func tiny() {
        var none = HTTP2ReceiveWindow(size: 0)
        #expect(none.received(0) == true)
        #expect(none.received(1) == false)
        #expect(none.consumed(0) == 0)
        var negative = HTTP2ReceiveWindow(size: -1)
        #expect(negative.received(1) == false)
        var one = HTTP2ReceiveWindow(size: 1)
        for _ in 0..<3 {
            #expect(one.received(1) == true)
            #expect(one.received(1) == false)
            #expect(one.consumed(1) == 1)
        }
    }

    @Test("Grow by what is announced, with what is due")
    func grows() {
        var window = HTTP2ReceiveWindow(size: 100)
        #expect(window.received(80) == true)
        #expect(window.consumed(20) == 0)
        #expect(window.grow(to: 300) == 220)
        #expect(window.size == 300)
        #expect(window.available == 240)
        #expect(window.grow(to: 300) == 0)
        #expect(window.grow(to: 50) == 0)
        #expect(window.size == 300)
        #expect(window.consumed(50) == 0)
        #expect(window.received(200) == true)
        #expect(window.consumed(200) == 250)
    }

    @Test("Are no larger than 2^31-1, which no announcement exceeds")
    func largest() {
        var window = HTTP2ReceiveWindow(size: .max)
        #expect(window.size == 0x7FFF_FFFF)
        #expect(window.received(0x7FFF_FFFF) == true)
        #expect(window.consumed(0x7FFF_FFFF) == 0x7FFF_FFFF)
        var grown = HTTP2ReceiveWindow(size: 65_535)
        #expect(grown.received(65_535) == true)
        #expect(grown.consumed(10_000) == 0)
        #expect(grown.grow(to: .max) == 0x7FFF_FFFF - 65_535 + 10_000)
        #expect(grown.available == 0x7FFF_FFFF - 55_535)
        #expect(grown.consumed(.max) == 0)
        #expect(grown.grow(to: .max) == 0)
    }

    @Test("A peer that follows them neither overruns them nor waits in vain", arguments: 0..<16 as Range)
    func model(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        let first = [1, 2, 3, 100, 65_535, 0x7FFF_FFFF][seed % 6]
        var window = HTTP2ReceiveWindow(size: first)
        // What the peer believes that it may send, and what has come and nobody has consumed.
        var peer = first
        var held = 0
        for _ in 0..<5000 {
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<10:
                let count = min(peer, Int.random(in: 0...20_000, using: &random))
                #expect(window.received(count) == true)
                peer -= count
                held += count
            case 10..<18:
                let count = Int.random(in: 0...held, using: &random)
                held -= count
                peer += window.consumed(count)
            case 18:
                #expect(window.received(peer + 1) == false)
            default:
                guard Int.random(in: 0..<20, using: &random) == 0 else { continue }
                peer += window.grow(to: Int.random(in: 1...window.size + 100_000, using: &random))
            }
            #expect(peer == window.available)
            #expect(peer + held <= window.size)
            #expect(peer <= 0x7FFF_FFFF)
            // It waits only for what is held here: most of the rest has been announced.
            #expect(peer > 0 || held > 0)
            #expect(4 * peer >= 3 * window.size - 4 * held)
        }
    }
}
