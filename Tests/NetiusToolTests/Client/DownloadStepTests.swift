import Netius
import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("What follows a request for the rest of a file") struct DownloadStepTests {
    private static let tag = #""abc""#
    private static let date = "Sat, 21 Nov 2026 10:00:00 GMT"
    private let tagged = DownloadOrigin(url: "http://h/f", validator: .entityTag(tag), length: 100)
    private let dated = DownloadOrigin(url: "http://h/f", validator: .lastModified(date), length: nil)

    private func step(_ code: Int, _ fields: HTTPFields, _ origin: DownloadOrigin?, _ size: Int = 40) -> DownloadStep {
        DownloadStep(status: HTTPResponse.Status(code: code), fields: fields, origin: origin, size: size)
    }

    @Test("The range that was asked for is added")
    func append() {
        #expect(step(206, [.contentRange: "bytes 40-99/100"], tagged) == .append(length: 100))
        #expect(step(206, [.contentRange: "bytes 40-99/100", .eTag: Self.tag], tagged) == .append(length: 100))
        #expect(step(206, [.contentRange: "bytes 40-99/*"], tagged) == .append(length: 100))
        #expect(step(206, [.contentRange: "Bytes 40-70/71", .lastModified: Self.date], dated) == .append(length: 71))
    }

    @Test(
        "Any other range, length, state or coding is of no use",
        arguments: [
            [.contentRange: "bytes 0-99/100"], [.contentRange: "bytes 41-99/100"], [.contentRange: "bytes 40-99/101"],
            [.contentRange: "bytes 40-99/100", .eTag: #""other""#], [:], [.contentRange: "lines 40-99/100"],
            [.contentRange: "bytes 40-99/100", .contentEncoding: "gzip"], [.contentRange: "bytes 99-40/100"],
            [.contentType: "multipart/byteranges; boundary=x"], [.contentRange: "bytes */100"],
        ] as [HTTPFields])
    func useless(fields: HTTPFields) {
        #expect(step(206, fields, tagged) == .askAgain)
    }

    @Test("The whole takes the place of what is there")
    func restart() {
        for code in [200, 203] {
            #expect(step(code, [:], tagged) == .restart)
            #expect(step(code, [:], nil, 0) == .restart)
        }
    }

    @Test("What cannot be satisfied is complete only where all agrees")
    func unsatisfied() {
        #expect(step(416, [.contentRange: "bytes */100"], tagged, 100) == .complete)
        #expect(step(416, [.contentRange: "bytes */71"], dated, 71) == .complete)
        #expect(step(416, [.contentRange: "bytes */100"], tagged, 40) == .askAgain)
        #expect(step(416, [.contentRange: "bytes */40"], tagged, 40) == .askAgain)
        #expect(step(416, [.contentRange: "bytes */100", .eTag: #""x""#], tagged, 100) == .askAgain)
        #expect(step(416, [:], tagged, 100) == .askAgain)
    }

    @Test("Everything else has nothing of the file, also a part that nobody asked for")
    func fail() {
        for code in [204, 304, 301, 404, 500] {
            #expect(step(code, [:], tagged) == (code == 204 ? .restart : .fail))
        }
        #expect(step(206, [.contentRange: "bytes 0-9/100"], nil, 0) == .fail)
        #expect(step(416, [.contentRange: "bytes */0"], nil, 0) == .fail)
    }

    @Test(
        "A Content-Range that is not as it should be is none",
        arguments: [
            "", "bytes", "bytes ", "bytes 1-2", "bytes 1-2/", "bytes 1-2/2", "bytes 2-1/9", "bytes -1/9", "bytes 1-/9",
            "bytes */*", "bytes 1-2/3/4", "bytes +1-2/9", "bytes 1-2/99999999999999999999", "bytes 1 -2/9",
            "bits 1-2/9",
            "bytes 1-2-3/9", "bytes 1-9223372036854775808/*",
        ])
    func range(text: String) {
        #expect(ContentRange(text) == nil)
    }

    @Test("A Content-Range may have any length and any place")
    func ranges() {
        #expect(ContentRange("bytes 0-0/1") == .bytes(0...0, length: 1))
        #expect(ContentRange("bytes 1-9223372036854775806/9223372036854775807") == .bytes(1...(.max - 1), length: .max))
        #expect(ContentRange("bytes */0") == .unsatisfied(length: 0))
    }

    @Test("What a part is of is written and read again")
    func origin() {
        for origin in [tagged, dated] { #expect(DownloadOrigin(origin.description) == origin) }
        #expect(tagged.description == "url: http://h/f\netag: \"abc\"\nlength: 100\n")
    }

    @Test(
        "A text that is not as it should be tells nothing",
        arguments: [
            "", "url: u", "etag: \"a\"", "url: u\netag: a", "url: u\netag: W/\"a\"", "url: u\nlast-modified: yesterday",
            "url: u\nurl: u\netag: \"a\"", "url: u\netag: \"a\"\nlength: many", "url: u\netag:\"a\"",
            "url: u\netag: \"a\"\nlast-modified: Sat, 21 Nov 2026 10:00:00 GMT", "url: u\netag: \"a\"\njunk",
            "url: u\netag: \"a\"\n" + String(repeating: "x", count: 200_000),
        ])
    func unreadable(text: String) {
        #expect(DownloadOrigin(text) == nil)
    }

    @Test("Only what tells states apart is kept: a strong tag, or a date before that of the response")
    func validators() throws {
        let url = try HTTPURL(parsing: "http://me:secret@h/f?q")
        func origin(_ fields: HTTPFields) -> DownloadOrigin? { DownloadOrigin(fields, of: url, length: 5) }
        #expect(origin([.eTag: Self.tag])?.validator == .entityTag(Self.tag))
        #expect(origin([.eTag: Self.tag])?.url == "http://h/f?q")
        #expect(origin([.eTag: "W/" + Self.tag, .lastModified: Self.date]) == nil)
        #expect(origin([.lastModified: Self.date]) == nil)
        #expect(origin([.lastModified: Self.date, .date: Self.date]) == nil)
        let later: HTTPFields = [.lastModified: Self.date, .date: "Sat, 21 Nov 2026 10:00:01 GMT"]
        #expect(origin(later)?.validator == .lastModified(Self.date))
        #expect(origin([.eTag: Self.tag, .contentEncoding: "gzip"]) == nil)
        #expect(origin([:]) == nil)
    }

    @Test("Random texts are read without harm, and what is read is written as it was")
    func random() {
        var random = SystemRandomNumberGenerator()
        let pieces = [
            "bytes ", "0", "9", "-", "/", "*", "url: ", "etag: ", "\"", "\n", "length: ", "last-modified: ", "é",
        ]
        for _ in 0..<5000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement() ?? "" }.joined()
            if case .bytes(let range, let length?) = ContentRange(text) { #expect(range.upperBound < length) }
            if let origin = DownloadOrigin(text) { #expect(DownloadOrigin(origin.description) == origin) }
        }
    }
}
