import Testing

@testable import Netius

@Suite("The table of resumable sessions")
struct TLSSessionTableTests {
    private func peer(_ name: String, _ port: UInt16 = 443) -> TLSSessionPeer { TLSSessionPeer(name: name, port: port) }

    @Test("A session is for the peer it was made with, and for no other name or port")
    func peers() {
        var table = TLSSessionTable<Int>(maximumPeers: 8)
        table.insert(1, for: peer("a"), isUsedOnce: false)
        #expect(table.take(peer("b")) == nil)
        #expect(table.take(peer("a", 8443)) == nil)
        #expect(table.take(peer("a")) == 1)
    }

    @Test("One that is used once is there once, the newest first")
    func once() {
        var table = TLSSessionTable<Int>(maximumPeers: 8)
        for session in 1...3 { table.insert(session, for: peer("a"), isUsedOnce: true) }
        #expect([table.take(peer("a")), table.take(peer("a")), table.take(peer("a"))] == [3, 2, 1])
        #expect(table.take(peer("a")) == nil)
        #expect(table.peers == 0)
    }

    @Test("One that may be used again stays, until a newer one takes its place")
    func again() {
        var table = TLSSessionTable<Int>(maximumPeers: 8)
        table.insert(1, for: peer("a"), isUsedOnce: false)
        #expect(table.take(peer("a")) == 1)
        #expect(table.take(peer("a")) == 1)
        table.insert(2, for: peer("a"), isUsedOnce: false)
        #expect(table.take(peer("a")) == 2)
        table.insert(3, for: peer("a"), isUsedOnce: true)
        #expect(table.take(peer("a")) == 3)
        #expect(table.take(peer("a")) == nil)
    }

    @Test("Of one peer there are eight at most, the newest")
    func perPeer() {
        var table = TLSSessionTable<Int>(maximumPeers: 8)
        for session in 1...20 { table.insert(session, for: peer("a"), isUsedOnce: true) }
        let all = (0..<9).map { _ in table.take(peer("a")) }
        #expect(all == [20, 19, 18, 17, 16, 15, 14, 13, nil])
    }

    @Test("It never grows beyond its size, and keeps those that are asked for")
    func bound() {
        var table = TLSSessionTable<Int>(maximumPeers: 10)
        table.insert(-1, for: peer("kept"), isUsedOnce: false)
        for number in 0..<1000 {
            table.insert(number, for: peer("\(number)"), isUsedOnce: true)
            #expect(table.peers <= 10)
            #expect(table.take(peer("kept")) == -1)
        }
        #expect(table.take(peer("0")) == nil)
        #expect(table.take(peer("999")) == 999)
    }

    @Test("Even the smallest one works", arguments: [-1, 0, 1, 2, 3])
    func small(size: Int) {
        var table = TLSSessionTable<Int>(maximumPeers: size)
        for number in 0..<10 {
            table.insert(number, for: peer("\(number)"), isUsedOnce: true)
            #expect(table.peers <= 4)
        }
        #expect(table.take(peer("9")) == 9)
    }
}
