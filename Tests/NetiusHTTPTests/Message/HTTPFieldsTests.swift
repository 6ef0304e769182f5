import Testing

@testable import NetiusHTTP

@Suite("Fields")
struct HTTPFieldsTests {
    @Test("Names compare without regard to case and keep how they were written")
    func names() throws {
        let name = try #require(HTTPField.Name("CONTENT-Type"))
        #expect(name == .contentType)
        #expect(name.hashValue == HTTPField.Name.contentType.hashValue)
        #expect((name.rawName, name.canonicalName) == ("CONTENT-Type", "content-type"))
        for text in ["", " ", "a b", "a:", "é", "a\r\n", "a\0", "(a)", "a\"", "a\u{7F}"] {
            #expect(HTTPField.Name(text) == nil)
        }
        #expect(HTTPField.Name("!#$%&'*+-.^_`|~09azAZ") != nil)
    }

    @Test("Every octet is in the set of tokens or not, as RFC 9110 lists them")
    func tokens() {
        let expected = Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        for octet in UInt8.min...UInt8.max {
            #expect(OctetSet.token.contains(octet) == expected.contains(octet))
        }
    }

    @Test("Values are joined, but cookies that are set are not")
    func joining() {
        var fields: HTTPFields = [
            .accept: "a", .cookie: "b=1", .setCookie: "c=1", .accept: "d", .cookie: "e=2", .setCookie: "f=2",
        ]
        #expect(fields[.accept] == "a, d")
        #expect(fields[.cookie] == "b=1; e=2")
        #expect(fields[.setCookie] == "c=1")
        #expect(fields[values: .setCookie] == ["c=1", "f=2"])
        #expect(fields[fields: .accept].map(\.value) == ["a", "d"])
        #expect(fields[.host] == nil)
        fields[.accept] = "g"
        #expect(fields.map(\.name) == [.accept, .cookie, .setCookie, .cookie, .setCookie])
        fields[values: .setCookie] = []
        fields[.cookie] = nil
        #expect(fields == [.accept: "g"])
    }

    @Test("Copies share their storage until one is changed")
    func copies() {
        let original: HTTPFields = [.host: "a"]
        var copy = original
        #expect(copy.storage === original.storage)
        copy.append(.server, "b")
        #expect(original == [.host: "a"])
        #expect(copy == [.host: "a", .server: "b"])
        copy.append(contentsOf: copy)
        #expect(copy.count == 4)
        copy.removeAll()
        #expect(copy.isEmpty)
        #expect(copy == HTTPFields())
        #expect(copy.hashValue == HTTPFields().hashValue)
        #expect(HTTPFields().storage == nil)
    }

    @Test("Equality minds order and values, not the case of names")
    func equality() throws {
        let upper = try #require(HTTPField.Name("HOST"))
        let fields: HTTPFields = [.host: "a", .server: "b"]
        #expect(fields == [upper: "a", .server: "b"])
        #expect(fields.hashValue == ([upper: "a", .server: "b"] as HTTPFields).hashValue)
        #expect(fields != [.server: "b", .host: "a"])
        #expect(fields != [.host: "A", .server: "b"])
        #expect(fields != [.host: "a"])
        #expect(fields != HTTPFields())
    }

    @Test(
        "No value can end its line",
        arguments: [
            ("a\r\nb", "a  b"), ("\n", ""), (" a\t", "a"), ("a\0", "a"), ("\u{7F}\u{1}x\u{1F}y", "x y"),
            ("é\tü", "é\tü"),
            ("", ""), ("\r\n\r\n", ""),
        ])
    func illegalValues(value: String, legal: String) {
        let field = HTTPField(name: .location, value: value)
        #expect(field.value == legal)
        #expect(HTTPField.isValidValue(value) == (value == legal))
        #expect((HTTPField(name: .location, validating: value) == nil) == (value != legal))
        var fields = HTTPFields()
        fields.append(.location, value)
        fields[.server] = value
        fields[values: .via] = [value]
        fields.append(field)
        let wire = "Location: \(legal)\r\nServer: \(legal)\r\nVia: \(legal)\r\nLocation: \(legal)\r\n"
        #expect(fields.storage.map { $0.bytes == Array(wire.utf8) } == true)
    }

    @Test("Values that are not UTF-8 are repaired to be read and kept to be sent")
    func octetsOfValues() throws {
        let storage = HTTPFields.Storage()
        let input: [UInt8] = [0x61, 0xFF, 0x62]
        storage.append(input.span, name: 0..<1, value: 0..<3)
        var fields = HTTPFields()
        fields.storage = storage
        let name = try #require(HTTPField.Name("a"))
        #expect(fields[name] == "a\u{FFFD}b")
        #expect(fields.bytes(of: name) == input)
        fields.append(.host, "h")
        fields.remove(.host)
        var other: HTTPFields = [.server: "s"]
        other.append(contentsOf: fields)
        #expect(other.bytes(of: name) == input)
        other.removeAll { $0.name == .server }
        #expect(other.bytes(of: name) == input)
    }

    @Test("The static names are what they are called")
    func staticNames() {
        #expect(HTTPField.Name.wwwAuthenticate.rawName == "WWW-Authenticate")
        #expect(HTTPField.Name.eTag.canonicalName == "etag")
        for name in [HTTPField.Name.te, .xRequestID, .http2Settings, .secWebSocketKey, .ifModifiedSince] {
            #expect(HTTPField.Name(name.rawName)?.canonicalName == name.canonicalName)
        }
    }
}
