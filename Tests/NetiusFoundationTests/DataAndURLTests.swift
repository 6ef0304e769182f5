import FoundationEssentials
import NetiusFoundation
import NetiusHTTP
import Testing

@Suite("Data and URLs")
struct DataAndURLTests {
    @Test("Data becomes content, and content data")
    func data() async throws {
        let bytes = [UInt8](0...255)
        let response = HTTPResponse(status: .ok, body: .data(Data(bytes)))
        #expect(try await response.body.collect(upTo: 256) == bytes)
        let request = HTTPRequest(method: .put, scheme: nil, authority: nil, path: "/", body: .bytes(bytes))
        #expect(try await request.body.data(upTo: 256) == Data(bytes))
        await #expect(throws: HTTPBodyError.tooLarge) { try await request.body.data(upTo: 255) }
    }

    @Test("Part of some data becomes that part")
    func slices() async throws {
        let slice = Data([1, 2, 3, 4])[1...2]
        #expect(try await HTTPResponse.Body.data(slice).collect(upTo: 9) == [2, 3])
    }

    private func url(_ scheme: String?, _ authority: String?, _ path: String?) -> String? {
        HTTPRequest(method: .get, scheme: scheme, authority: authority, path: path).url?.absoluteString
    }

    @Test("A request's URL is made of its parts")
    func urls() {
        #expect(url("https", "a.example:8443", "/b%20c?d=e&f") == "https://a.example:8443/b%20c?d=e&f")
        #expect(url("http", "[::1]", "/") == "http://[::1]/")
        #expect(url("http", "a", "//b/c") == "http://a//b/c")
    }

    @Test("What is no URI has none")
    func noURLs() {
        #expect(url("http", "a", "*") == nil)
        #expect(url(nil, "a:443", nil) == nil)
        #expect(url("http", nil, "/") == nil)
        #expect(url("http", "a", "/b c") == nil)
        #expect(url("http", "a", "/%zz") == nil)
    }
}
