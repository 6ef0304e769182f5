import Testing

@testable import NetiusHTTP

@Suite("Versions of HTTP")
struct HTTPVersionTests {
    @Test("They are named as people write them, and the older is the lesser")
    func names() {
        #expect([HTTPVersion.http10, .http11, .http2].map(\.description) == ["HTTP/1.0", "HTTP/1.1", "HTTP/2"])
        #expect(HTTPVersion.http10 < .http11)
        #expect(HTTPVersion.http11 < .http2)
    }
}
