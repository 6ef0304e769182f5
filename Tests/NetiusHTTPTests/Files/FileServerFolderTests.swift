import Foundation
import Netius
import Testing

@testable import NetiusHTTP

@Suite("File server: folders")
struct FileServerFolderTests {
    @Test(
        "A folder without its slash is elsewhere, with the query as it was",
        arguments: [
            ("/sub", "/sub/"), ("/sub?", "/sub/?"), ("/sub?a=b&c=//d", "/sub/?a=b&c=//d"), ("/a%20b", "/a%20b/"),
            ("/sub/deep?x", "/sub/deep/?x"), ("/%73ub", "/%73ub/"),
        ])
    func redirect(path: String, location: String) async throws {
        try await withFileTree(["sub/deep/x": "x", "a b/y": "y"]) { tree in
            for method in [HTTPRequest.Method.get, .head] {
                let response = try await FileServer(tree).respond(path, method: method)
                #expect(response.status == .movedPermanently)
                #expect(response.headerFields[.location] == location)
            }
        }
    }

    @Test("An index file stands for its folder, the first that there is")
    func index() async throws {
        let files = ["index.html": "root", "a/index.htm": "a", "b/index.html/x": "x", "b/index.htm": "b"]
        try await withFileTree(files) { tree in
            let server = try FileServer(tree) { $0.indexFiles = ["index.html", "index.htm"] }
            let root = try await server.respond("/")
            #expect(try await root.text() == "root")
            #expect(root.headerFields[.contentType] == "text/html; charset=utf-8")
            #expect(try await server.respond("/?query").text() == "root")
            #expect(try await server.respond("/a/").text() == "a")
            // A folder of that name is none.
            #expect(try await server.respond("/b/").text() == "b")
            #expect(
                try await server.respond("/", [.ifNoneMatch: root.headerFields[.eTag] ?? ""]).status == .notModified)
            #expect(try await server.respond("/", [.range: "bytes=1-2"]).text() == "oo")
            let without = try FileServer(tree) { $0.indexFiles = [] }
            #expect(try await without.respond("/").text().contains("Index of /"))
        }
    }

    @Test("An index file that cannot be opened is an error, and not one that is not there")
    func shortage() async {
        await #expect(processExitsWith: .success) {
            try await withFileTree(["index.html": "index"]) { tree in
                let server = try FileServer(tree) { $0.listsFolders = false }
                // What it takes to open them is there before descriptors run out.
                #expect(try await server.respond("/").status == .ok)
                let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
                let given = rlim_t(names.compactMap { Int($0) }.max() ?? 0)
                var limit = rlimit(rlim_cur: given + 50, rlim_max: given + 50)
                #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
                var taken: [CInt] = []
                while case let descriptor = open("/dev/null", O_RDONLY), descriptor >= 0 { taken.append(descriptor) }
                // One for the folder.
                close(taken.removeLast())
                await #expect(throws: SystemError.self) { try await server.respond("/") }
                for descriptor in taken { close(descriptor) }
                #expect(try await server.respond("/").status == .ok)
            }
        }
    }

    @Test("Without listings a folder is not found")
    func unlisted() async throws {
        try await withFileTree(["sub/x": "x"]) { tree in
            let server = try FileServer(tree) { $0.listsFolders = false }
            #expect(try await server.respond("/").status == .notFound)
            #expect(try await server.respond("/sub/").status == .notFound)
            #expect(try await server.respond("/sub/x").status == .ok)
        }
    }

    @Test("A listing is strict about what it may do")
    func fields() async throws {
        try await withFileTree(["x": "x"]) { tree in
            let fields = try await FileServer(tree).respond("/").headerFields
            #expect(fields[.contentType] == "text/html; charset=utf-8")
            #expect(fields[.contentSecurityPolicy] == FileListing.contentSecurityPolicy)
            #expect(fields[.xContentTypeOptions] == "nosniff")
            #expect(fields[.cacheControl] == "no-cache")
            #expect(fields[.vary] == "Accept")
        }
    }

    @Test("Conditions on a listing, which has no validators")
    func conditions() async throws {
        try await withFileTree(["x": "x"]) { tree in
            let server = try FileServer(tree)
            #expect(try await server.respond("/", [.ifNoneMatch: "\"a\""]).status == .ok)
            let notModified = try await server.respond("/", [.ifNoneMatch: "*"])
            #expect(notModified.status == .notModified)
            #expect(notModified.headerFields == [.cacheControl: "no-cache", .vary: "Accept"])
            #expect(try await server.respond("/", [.ifMatch: "\"a\""]).status == .preconditionFailed)
            #expect(try await server.respond("/", [.ifMatch: "*"]).status == .ok)
            #expect(try await server.respond("/", [.range: "bytes=0-1"]).status == .ok)
        }
    }

    @Test("All that is listed can be had, and all that can be had is listed")
    func links() async throws {
        try await withFileTree(["a b.txt": "1", "sub/x": "2", ".hidden": "3", "%41": "4", "ü&<>\"'": "5"]) { tree in
            for name in FileListingTests.hostileNames where !name.contains(47) { tree.write(name: name) }
            try tree.link("inside", to: "sub")
            try tree.link("outside", to: "../secret")
            try tree.link("dangling", to: "nothing")
            let server = try FileServer(tree)
            let json = try await server.respond("/", [.accept: "application/json"])
            #expect(json.headerFields[.contentType] == "application/json")
            let content = Data(try await json.body.collect(upTo: 1 << 20))
            let objects = try #require(try JSONSerialization.jsonObject(with: content) as? [[String: Any]])
            let links = objects.compactMap { $0["href"] as? String }
            for link in links {
                #expect(try await server.respond("/" + link.dropFirst(2)).status == .ok, "\(link)")
                #expect(try await server.respond("/").text().contains("href=\"\(link)\""))
            }
            let names = Set(objects.compactMap { $0["name"] as? String })
            #expect(names.isSuperset(of: ["a b.txt", "sub", "%41", "ü&<>\"'", "inside"]))
            #expect(names.isDisjoint(with: [".hidden", "outside", "dangling", ".", ".."]))
            // Neither a slash, a backslash nor a control can be asked for.
            let servable = FileListingTests.hostileNames.filter { $0.allSatisfy(FilePath.isServable) }
            #expect(links.count == servable.count + 5)
        }
    }

    @Test("The query sorts")
    func sorted() async throws {
        try await withFileTree(["b": "1", "a": "22", "c": ""]) { tree in
            let server = try FileServer(tree)
            for (query, expected) in [
                ("", "abc"), ("?direction=desc", "cba"), ("?sort=size", "cba"), ("?sort=size&direction=desc", "abc"),
            ] {
                let text = try await server.respond("/" + query).text()
                let order = "abc".sorted {
                    text.range(of: "\"./\($0)\"")!.lowerBound < text.range(of: "\"./\($1)\"")!.lowerBound
                }
                #expect(String(order) == expected)
            }
        }
    }

    @Test("A large folder is cut, and says so")
    func cut() async throws {
        try await withFileTree { tree in
            for number in 0..<30 { try tree.write([], to: "\(number)") }
            let server = try FileServer(tree) { $0.maximumListedFiles = 20 }
            let text = try await server.respond("/").text()
            #expect(text.ranges(of: "<tr><td><a href=\"./").count == 20)
            #expect(text.contains("There is more in this folder than is shown."))
            let whole = try await FileServer(tree).respond("/").text()
            #expect(whole.ranges(of: "<tr><td><a href=\"./").count == 30)
            let none = try FileServer(tree) { $0.maximumListedFiles = -1 }
            #expect(try await none.respond("/").text().contains("There is more"))
        }
    }
}
