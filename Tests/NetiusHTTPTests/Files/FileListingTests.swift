import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Folder listings")
struct FileListingTests {
    /// Names that would break out of a page, or look like others.
    static let hostileNames: [[UInt8]] = [
        octets("<script>alert(1)</script>"), octets("\"onmouseover=\"alert(1)"), octets("'><img src=x onerror=y>"),
        octets("a&amp;b"), octets("</style></title></table>"), octets("javascript:alert(1)"), octets("https:x"),
        octets("a?b#c%41"), [0xFF, 0xFE, 0x80], octets("a") + [0xC3], octets("evil\u{202E}gpj.exe"),
        octets("\u{2066}x\u{2069}"), octets("null\u{200B}width"), octets("one\u{2028}two"), octets("日本語"),
        octets(" leading and trailing "), octets("-rf"), octets("~"), [UInt8](repeating: 97, count: 255),
        [UInt8](repeating: 0xFF, count: 255), octets("tab\tand\nline\r\nend"), octets("{{7*7}}"), octets("]]>"),
        octets("\\\"\u{8}\u{C}"), octets("e\u{301}"), octets("👩‍👩‍👧"),
    ]

    static func entry(
        _ name: String, isFolder: Bool = false, size: Int = 0, modified: Int64 = 0, type: String = "text/plain"
    ) -> FileListing.Entry {
        FileListing.Entry(
            name: octets(name), isFolder: isFolder, size: size, modified: Timestamp(seconds: modified), type: type)
    }

    private func listing(
        _ entries: [FileListing.Entry], segments: [String] = [], order: FileListingOrder = FileListingOrder(),
        isCut: Bool = false, root: String = "/"
    ) -> FileListing {
        FileListing(root: root, segments: segments.map(octets), entries: entries, isCut: isCut, order: order)
    }

    private func text(_ listing: FileListing, _ format: FileListingPage.Format) -> String {
        var page = FileListingPage(listing, format: format)
        var all: [UInt8] = []
        while let piece = page.nextPiece() { all += piece }
        return String(decoding: all, as: UTF8.self)
    }

    @Test(
        "A query says the order, and what it does not know it leaves",
        arguments: [
            ("", .name, false), ("sort=size", .size, false), ("sort=size&direction=desc", .size, true),
            ("direction=desc", .name, true), ("sort=type&direction=asc", .type, false),
            ("sort=modified", .modified, false),
            ("sort=nope&direction=up", .name, false), ("a=b&sort=size&&=&c", .size, false), ("sort", .name, false),
            ("SORT=size", .name, false), ("sort=size;direction=desc", .name, false),
        ] as [(String, FileListingOrder.Column, Bool)])
    func query(text: String, column: FileListingOrder.Column, isDescending: Bool) {
        #expect(FileListingOrder(query: text[...]) == FileListingOrder(column: column, isDescending: isDescending))
    }

    @Test("The order that a column's link asks for is the other way around the second time")
    func toggles() {
        var order = FileListingOrder()
        #expect(order.query(for: .name) == "?sort=name&direction=desc")
        #expect(order.query(for: .size) == "?sort=size&direction=asc")
        order = FileListingOrder(query: order.query(for: .name).dropFirst())
        #expect(order.query(for: .name) == "?sort=name&direction=asc")
    }

    @Test(
        "Folders come first, and equals by name",
        arguments: [
            ("", "A Z b.txt c.html D.txt"), ("direction=desc", "Z A D.txt c.html b.txt"),
            ("sort=size", "A Z c.html b.txt D.txt"), ("sort=size&direction=desc", "A Z b.txt D.txt c.html"),
            ("sort=modified", "A Z D.txt c.html b.txt"), ("sort=modified&direction=desc", "Z A b.txt c.html D.txt"),
            ("sort=type", "A Z c.html b.txt D.txt"), ("sort=type&direction=desc", "A Z b.txt D.txt c.html"),
        ])
    func sorted(query: String, expected: String) {
        var entries = [
            Self.entry("b.txt", size: 20, modified: 30), Self.entry("Z", isFolder: true, size: 1, modified: 9),
            Self.entry("c.html", size: 10, modified: 20, type: "text/html"),
            Self.entry("D.txt", size: 20, modified: 10),
            Self.entry("A", isFolder: true, size: 2, modified: 8),
        ]
        FileListingOrder(query: query[...]).sort(&entries)
        #expect(entries.map { String(decoding: $0.name, as: UTF8.self) }.joined(separator: " ") == expected)
    }

    static let sizeTexts: [(Int, String)] = [
        (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1025, "1.0 KiB"), (1536, "1.5 KiB"),
        (10_239, "9.9 KiB"), (10_240, "10 KiB"), (1_048_575, "1023 KiB"), (1_048_576, "1.0 MiB"),
        (5_368_709_120, "5.0 GiB"), (Int.max, "7.9 EiB"), (-5, "0 B"), (3_298_534_883_328, "3.0 TiB"),
    ]

    @Test("Sizes are written as people read them", arguments: sizeTexts)
    func sizes(size: Int, expected: String) {
        var text: [UInt8] = []
        text.append(size: size)
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }

    @Test("A page has rows, links, columns to sort by, and the way up")
    func page() {
        let entries = [
            Self.entry("sub folder", isFolder: true, modified: 1_700_000_000),
            Self.entry("a b.txt", size: 3000, modified: 1_700_000_000),
        ]
        let page = text(listing(entries, segments: ["x y", "z"], root: "/static/"), .html)
        #expect(page.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">\n"))
        #expect(page.contains("<title>Index of /static/x y/z/</title>"))
        #expect(page.contains("<a href=\"../../\">/static/</a><a href=\"../\">x y</a><span>/</span>z<span>/</span>"))
        #expect(page.contains("<a href=\"./sub%20folder/\">"))
        #expect(page.contains("<a href=\"./a%20b.txt\">"))
        #expect(page.contains("<td title=\"3000 bytes\">2.9 KiB</td><td>text/plain</td>"))
        #expect(page.contains("<time datetime=\"2023-11-14T22:13:20.000Z\">2023-11-14<span> 22:13</span></time>"))
        #expect(
            page.contains(
                "<th scope=\"col\" aria-sort=\"ascending\"><a href=\"?sort=name&amp;direction=desc\">Name</a>"))
        #expect(page.contains("<a href=\"../\"><svg"))
        #expect(page.contains("1 folder, 1 file, 2.9 KiB. Times are UTC."))
        #expect(page.hasSuffix("</html>\n"))
        #expect(!text(listing(entries), .html).contains("Parent folder"))
    }

    @Test("An empty folder says so, and one that is cut")
    func notes() {
        #expect(text(listing([]), .html).contains("This folder is empty."))
        #expect(text(listing([]), .html).contains("0 folders, 0 files, 0 B"))
        #expect(!text(listing([]), .html).contains("There is more"))
        #expect(text(listing([], isCut: true), .html).contains("There is more in this folder than is shown."))
        #expect(text(listing([]), .json) == "[\n]\n")
    }

    @Test("No name breaks out of the page", arguments: hostileNames)
    func hostile(name: [UInt8]) throws {
        let plain = text(listing([Self.entry("name")], segments: ["folder"]), .html)
        let entry = FileListing.Entry(
            name: name, isFolder: false, size: 0, modified: Timestamp(seconds: 0), type: "text/plain")
        let page = text(
            FileListing(root: "/", segments: [name], entries: [entry], isCut: false, order: FileListingOrder()), .html)
        // Whatever the name, it is the same page but for text: as many tags, quotes and lines.
        for character in "<>\"'\n\r" {
            #expect(page.count { $0 == character } == plain.count { $0 == character })
        }
        #expect(page.unicodeScalars.allSatisfy { !(0x202A...0x202E ~= $0.value) && !(0x2066...0x2069 ~= $0.value) })
        let start = try #require(page.range(of: "href=\"./"))
        let link = page[start.upperBound...].prefix { $0 != "\"" }
        #expect(link.removingPercentEncodingToOctets == name)
        #expect(link.utf8.allSatisfy { $0 == UInt8(ascii: "%") || OctetSet.unreserved.contains($0) })
    }

    @Test("JSON can be read whatever the names, and says the same")
    func json() throws {
        let entries = Self.hostileNames.map {
            FileListing.Entry(
                name: $0, isFolder: $0.count % 2 == 0, size: $0.count, modified: Timestamp(seconds: 1_700_000_000),
                type: "")
        }
        let json = text(listing(entries), .json)
        let objects = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
        #expect(objects.count == entries.count)
        for (object, entry) in zip(objects, entries) {
            #expect(
                (object["name"] as? String).map { Array($0.utf8) }
                    == Array(String(decoding: entry.name, as: UTF8.self).utf8))
            #expect(object["type"] as? String == (entry.isFolder ? "folder" : "file"))
            #expect(object["size"] as? Int == (entry.isFolder ? nil : entry.size))
            #expect(object["modified"] as? String == "2023-11-14T22:13:20.000Z")
            let link = try #require(object["href"] as? String).dropFirst(2)
            #expect((entry.isFolder ? link.dropLast() : link).removingPercentEncodingToOctets == entry.name)
        }
    }

    @Test("A large page comes in pieces, which are the page", arguments: [FileListingPage.Format.html, .json])
    func pieces(format: FileListingPage.Format) async throws {
        let entries = (0..<5000).map { Self.entry("file-\($0)", size: $0) }
        var page = FileListingPage(listing(entries), format: format)
        var pieces: [[UInt8]] = []
        while let piece = page.nextPiece() { pieces.append(piece) }
        #expect(pieces.count > 10)
        #expect(pieces.allSatisfy { $0.count < FileListingPage.pieceSize + 1024 })
        let response = FileListingPage(listing(entries), format: format).response([:])
        #expect(response.body.contentLength == nil)
        #expect(try await response.body.collect(upTo: 1 << 24) == pieces.flatMap { $0 })
        let small = FileListingPage(listing(Array(entries.prefix(3))), format: format).response([:])
        #expect(small.body.contentLength != nil)
    }

    @Test("A folder whose path is longer than a piece is listed too")
    func longPath() {
        let segments = (0..<100).map { _ in String(repeating: "\"", count: 100) }
        let page = text(listing([Self.entry("a")], segments: segments), .html)
        #expect(page.ranges(of: "<!DOCTYPE").count == 1)
        #expect(page.contains("href=\"./a\""))
    }

    @Test("The sum of sizes does not overflow")
    func totalSize() {
        let entries = [
            Self.entry("a", size: .max), Self.entry("b", size: .max), Self.entry("c", isFolder: true, size: 5),
        ]
        #expect(listing(entries).totalSize == .max)
        #expect(listing([Self.entry("a", size: 2), Self.entry("c", isFolder: true, size: 5)]).totalSize == 2)
    }

    @Test("The style sheet has the hash that the policy allows")
    func styleHash() async throws {
        #expect(FileListing.contentSecurityPolicy.contains("style-src 'sha256-\(FileListing.styleHash)'"))
        #expect(!FileListing.contentSecurityPolicy.contains("unsafe"))
        let page = text(listing([]), .html)
        let start = try #require(page.range(of: "<style>")).upperBound
        let end = try #require(page.range(of: "</style>")).lowerBound
        #expect(String(page[start..<end]) == FileListing.style)
        guard let python = ChildProcess("python3") else { return }
        let script =
            "import sys,hashlib,base64; print(base64.b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest()).decode())"
        let result = try await python.run(["-c", script], input: String(page[start..<end]))
        #expect(result.output == FileListing.styleHash + "\n", "\(result.errors)")
    }

    @Test("A page asks for nothing from elsewhere, and has no script nor styles of its own")
    func selfContained() {
        let page = text(listing([Self.entry("a")], segments: ["b"]), .html)
        for word in ["<script", "style=", "src=", "http:", "https:", "url(", "@import", "<link", "<img"] {
            #expect(!page.contains(word), "\(word)")
        }
    }
}

extension Substring {
    /// The octets that the escapes stand for.
    fileprivate var removingPercentEncodingToOctets: [UInt8]? {
        let input = Array(utf8)
        return PercentEncoding.decode(input.span, 0..<input.count)
    }
}

extension FileListingTests {
    @Test(
        "JSON is for those who like it better",
        arguments: [
            (nil, false), ("*/*", false), ("application/json", true), ("text/html,application/json", false),
            ("text/html;q=0.9, application/json", true), ("application/json;q=0.5, */*;q=0.1", true),
            ("application/*", true), ("application/json;q=0", false), ("text/*;q=0.5, application/json;q=0.4", false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", false), ("nonsense", false),
            ("APPLICATION/JSON", true), ("app/*", false), ("", false), ("application/json;version=1", false),
        ] as [(String?, Bool)])
    func negotiation(accept: String?, isJSON: Bool) {
        var request = HTTPRequest(method: .get, scheme: "http", authority: "h", path: "/")
        request.headerFields[.accept] = accept
        #expect((FileListingPage.Format(request) == .json) == isJSON)
    }
}
