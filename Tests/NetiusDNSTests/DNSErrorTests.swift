import NetiusDNS
import Testing

@Suite("Errors of name resolution")
struct DNSErrorTests {
    @Test("What may pass is told from what will not")
    func temporary() {
        #expect(DNSError.timedOut("a").isTemporary)
        #expect(DNSError.serversFailed("a", reason: "refused").isTemporary)
        #expect(!DNSError.noSuchName("a").isTemporary)
        #expect(!DNSError.malformedName("a..b").isTemporary)
    }
}
