import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Request values")
struct HTTPRequestTests {
    @Test("A request made here has the parts it was made of")
    func made() {
        let request = HTTPRequest(
            method: .post, scheme: "https", authority: "a:1", path: "/b?c", headerFields: [.accept: "*/*"])
        #expect(request.method == .post)
        #expect((request.scheme, request.authority, request.path) == ("https", "a:1", "/b?c"))
        #expect(request.headerFields == [.accept: "*/*"])
        #expect(request.version == .http11)
    }

    @Test("A change to a copy leaves the original as it was")
    func copyOnWrite() {
        let original = HTTPRequest(method: .get, scheme: "http", authority: "a", path: "/")
        var copy = original
        copy.method = .put
        copy.path = "/x"
        copy.authority = nil
        copy.headerFields[.host] = "h"
        copy.scheme = "https"
        #expect((original.method, original.path, original.authority, original.scheme) == (.get, "/", "a", "http"))
        #expect(original.headerFields.isEmpty)
        #expect((copy.method, copy.path, copy.authority, copy.scheme) == (.put, "/x", nil, "https"))
        #expect(copy.headerFields == [.host: "h"])
    }

    @Test("A received request can be changed in part, and the rest stays")
    func receivedIsChanged() throws {
        var decoder = HTTP1RequestDecoder()
        let head = HTTPRequestHead()
        let input = octets("GET http://a/b HTTP/1.1\r\nHost: c\r\n\r\n")
        #expect(try decoder.decodeHead(input.span, into: head).isComplete)
        let received = HTTPRequest(head: head)
        var changed = received
        changed.path = "/z"
        #expect((changed.scheme, changed.authority, changed.path) == ("http", "a", "/z"))
        #expect((received.scheme, received.authority, received.path) == ("http", "a", "/b"))
    }

    @Test("Methods are tokens and compare with regard to case")
    func methods() {
        #expect(HTTPRequest.Method("GET") == .get)
        #expect(HTTPRequest.Method("get") != .get)
        for text in ["", "G T", "GET\r\n", "GÉT", "GET/"] { #expect(HTTPRequest.Method(rawValue: text) == nil) }
        let names = [
            "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PUR", "GOT", "POSE",
        ]
        for name in names {
            let input = octets(" \(name) ")
            let method = HTTPRequest.Method(input.span, 1..<input.count - 1)
            #expect(method.rawValue == name)
        }
    }
}
