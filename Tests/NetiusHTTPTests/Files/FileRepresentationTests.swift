import Testing

@testable import Netius
@testable import NetiusHTTP

@Suite("Representations of files")
struct FileRepresentationTests {
    private func withFile(
        modified: Timestamp = FileTree.date, _ body: (FileTree, File.Status) async throws -> Void
    ) async throws {
        try await withFileTree { tree in
            try tree.write([1, 2, 3], to: "a", modified: modified)
            try await body(tree, try File(path: tree.root + "/a").status)
        }
    }

    @Test("A representation is made once as long as the file stays the same")
    func once() async throws {
        try await withFile { tree, status in
            let table = FileRepresentationTable(fixedFields: [:])
            let first = table.representation(of: status, type: "text/plain", isNegotiated: false)
            #expect(table.representation(of: status, type: "text/plain", isNegotiated: false) === first)
            try tree.write([1, 2, 4], to: "a", modified: Timestamp(seconds: 1))
            let changed = try File(path: tree.root + "/a").status
            let second = table.representation(of: changed, type: "text/plain", isNegotiated: false)
            #expect(second.entityTag != first.entityTag)
            // The first has given up its place.
            #expect(table.representation(of: status, type: "text/plain", isNegotiated: false) !== first)
        }
    }

    @Test("One file has several, by type, coding and negotiation")
    func several() async throws {
        try await withFile { _, status in
            let table = FileRepresentationTable(fixedFields: [.acceptRanges: "bytes"])
            let plain = table.representation(of: status, type: "text/plain", isNegotiated: false).headerFields
            let other = table.representation(of: status, type: "text/css", isNegotiated: false).headerFields
            let coded = table.representation(of: status, type: "text/css", coding: .gzip, isNegotiated: true)
                .headerFields
            #expect(plain[.contentType] == "text/plain")
            #expect(other[.contentType] == "text/css")
            #expect(!other.contains(.vary) && !other.contains(.contentEncoding))
            #expect(coded[.vary] == "Accept-Encoding" && coded[.contentEncoding] == "gzip")
            #expect(coded[.acceptRanges] == "bytes")
        }
    }

    @Test("What may yet change under the same status is not kept")
    func unsettled() async throws {
        try await withFile(modified: Timestamp(seconds: 4_000_000_000)) { _, status in
            let table = FileRepresentationTable(fixedFields: [:])
            let first = table.representation(of: status, type: "text/plain", isNegotiated: false)
            #expect(!first.isSettled)
            #expect(table.representation(of: status, type: "text/plain", isNegotiated: false) !== first)
        }
    }

    @Test("More files than there are places are each themselves")
    func manyFiles() {
        let table = FileRepresentationTable(fixedFields: [:])
        for _ in 0..<2 {
            for inode in 0..<UInt64(3000) {
                let status = File.Status(kind: .regular, size: 5, modified: FileTree.date, device: 1, inode: inode)
                let found = table.representation(of: status, type: "text/plain", isNegotiated: false)
                #expect(found.status == status)
            }
        }
    }

    @Test("What is sent of a file is what is there, although what is said of it is kept")
    func changes() async throws {
        try await withFileTree { tree in
            let server = try FileServer(tree)
            for number in 0..<20 {
                try tree.write(Array("\(number)".utf8), to: "a", modified: Timestamp(seconds: Int64(number)))
                let response = try await server.respond("/a")
                #expect(try await response.text() == "\(number)")
                #expect(
                    response.headerFields[.lastModified]?.hasSuffix("00:00:\(number < 10 ? "0" : "")\(number) GMT")
                        == true)
            }
        }
    }
}
