import Foundation
import Testing

@testable import Netius

/// A folder `root` with something secret beside it, and links of all kinds.
@Suite("Folders")
struct FolderTests {
    private func withTree(_ body: (_ root: String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let root = directory + "/root"
            let files = FileManager.default
            for folder in ["", "/a", "/a/b"] {
                try files.createDirectory(atPath: root + folder, withIntermediateDirectories: false)
            }
            try Data("secret".utf8).write(to: URL(fileURLWithPath: directory + "/secret"))
            for file in ["/top", "/a/one", "/a/b/two"] {
                try Data(file.utf8).write(to: URL(fileURLWithPath: root + file))
            }
            for (link, destination) in [
                ("inside", "a/one"), ("a/up", "../top"), ("folder", "a"), ("outside", "../secret"),
                ("absolute", directory + "/secret"), ("absoluteInside", root + "/top"), ("loop", "loop"),
                ("loop1", "loop2"), ("loop2", "loop1"), ("dangling", "nothing"), ("parent", ".."), ("self", "."),
                ("magic", "/proc/self/root"), ("chain", "inside"), ("a/b/far", "../../../root/top"),
            ] {
                try files.createSymbolicLink(atPath: root + "/" + link, withDestinationPath: destination)
            }
            #expect(mkfifo(root + "/pipe", 0o600) == 0)
            try await body(root)
        }
    }

    private func path(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

    /// The content of what is opened, or what came of it.
    private func open(_ folder: Folder, _ text: String, waits: Bool = true) -> String {
        switch folder.open(path(text), waits: waits) {
        case .opened(let file):
            switch file.status.kind {
            case .regular: String(decoding: (try? file.read(at: 0, upTo: 100)) ?? [], as: UTF8.self)
            case .directory: "folder"
            case .other: "other"
            }
        case .wouldWait: "would wait"
        case .notFound: "not found"
        case .forbidden: "forbidden"
        case .failed(let error): "\(error)"
        }
    }

    @Test("What is beneath is opened, plain or by links, as the policy says", arguments: SymbolicLinkPolicy.allCases)
    func opens(policy: SymbolicLinkPolicy) async throws {
        try await withTree { root in
            let folder = try Folder(path: root, links: policy)
            #expect(open(folder, "") == "folder")
            #expect(open(folder, "a") == "folder")
            #expect(open(folder, "top") == "/top")
            #expect(open(folder, "a/b/two") == "/a/b/two")
            #expect(open(folder, "nothing") == "not found")
            #expect(open(folder, "top/x") == "not found")
            #expect(open(folder, "dangling") == "not found")
            #expect(open(folder, "loop") == "not found")
            #expect(open(folder, "loop1") == "not found")
            #expect(open(folder, String(repeating: "x", count: 256)) == "not found")
            #expect(open(folder, String(repeating: "x/", count: 5000) + "x") == "not found")
            let isFollowed = policy != .never
            #expect(open(folder, "inside") == (isFollowed ? "/a/one" : "not found"))
            #expect(open(folder, "chain") == (isFollowed ? "/a/one" : "not found"))
            #expect(open(folder, "a/up") == (isFollowed ? "/top" : "not found"))
            #expect(open(folder, "folder/b/two") == (isFollowed ? "/a/b/two" : "not found"))
            #expect(open(folder, "self/self/top") == (isFollowed ? "/top" : "not found"))
            let isAnywhere = policy == .anywhere
            #expect(open(folder, "outside") == (isAnywhere ? "secret" : "not found"))
            #expect(open(folder, "absolute") == (isAnywhere ? "secret" : "not found"))
            #expect(open(folder, "absoluteInside") == (isAnywhere ? "/top" : "not found"))
            #expect(open(folder, "parent/secret") == (isAnywhere ? "secret" : "not found"))
            #expect(open(folder, "parent") == (isAnywhere ? "folder" : "not found"))
            // Out of the folder and in again is out of it.
            #expect(open(folder, "a/b/far") == (isAnywhere ? "/top" : "not found"))
        }
    }

    @Test(
        "The system's own links to elsewhere are never followed", arguments: [SymbolicLinkPolicy.never, .beneathRoot])
    func magicLinks(policy: SymbolicLinkPolicy) async throws {
        try await withTree { root in
            let folder = try Folder(path: root, links: policy)
            #expect(open(folder, "magic/etc/passwd") == "not found")
        }
        #if os(Linux)
            let processes = try Folder(path: "/proc/self", links: policy)
            #expect(open(processes, "root/etc/passwd") == "not found")
            #expect(open(processes, "cwd") == "not found")
        #endif
    }

    @Test("Even a path that goes up does not leave the folder", arguments: [SymbolicLinkPolicy.never, .beneathRoot])
    func dotSegments(policy: SymbolicLinkPolicy) async throws {
        try await withTree { root in
            let folder = try Folder(path: root, links: policy)
            for path in ["..", "../secret", "a/../../secret", "/etc/passwd", "a/b/../../../secret"] {
                #expect(open(folder, path) == "not found")
            }
        }
    }

    @Test("Without openat2 no links are followed, unless all are", arguments: SymbolicLinkPolicy.allCases)
    func segments(policy: SymbolicLinkPolicy) async throws {
        try await withTree { root in
            let folder = try Folder(path: root, links: policy, resolvesSegments: true)
            #expect(open(folder, "") == "folder")
            #expect(open(folder, "a/b/two") == "/a/b/two")
            #expect(open(folder, "nothing/x") == "not found")
            #expect(open(folder, "top/x") == "not found")
            #expect(open(folder, "loop") == "not found")
            #expect(open(folder, "pipe") == "other")
            #expect(open(folder, String(repeating: "x", count: 256)) == "not found")
            let isAnywhere = policy == .anywhere
            for (path, content) in [
                ("inside", "/a/one"), ("folder/one", "/a/one"), ("a/up", "/top"), ("outside", "secret"),
                ("parent/secret", "secret"), ("absolute", "secret"),
            ] {
                #expect(open(folder, path) == (isAnywhere ? content : "not found"))
            }
            #expect(open(folder, "top", waits: false) == "would wait")
        }
    }

    @Test("A pipe is opened without waiting for who writes into it, and a socket is not found")
    func special() async throws {
        try await withTree { root in
            let folder = try Folder(path: root)
            #expect(open(folder, "pipe") == "other")
            let listener = try await Listener.bind(.unix(path: root + "/socket"))
            #expect(open(folder, "socket") == "not found")
            await listener.close()
        }
    }

    @Test("What is in memory is opened without waiting, and what is not there is known too")
    func cached() async throws {
        try await withTree { root in
            let folder = try Folder(path: root)
            // Looked up once, both are in memory.
            _ = open(folder, "a/one")
            _ = open(folder, "nothing")
            let (found, missing) = (open(folder, "a/one", waits: false), open(folder, "nothing", waits: false))
            // Some file systems never tell without waiting.
            #expect(found == "/a/one" || found == "would wait")
            #expect(missing == "not found" || missing == "would wait")
        }
    }

    @Test("The folder stays the same when it is moved and another takes its path")
    func moved() async throws {
        try await withTree { root in
            let folder = try Folder(path: root)
            try FileManager.default.moveItem(atPath: root, toPath: root + "2")
            try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: false)
            try Data("other".utf8).write(to: URL(fileURLWithPath: root + "/top"))
            #expect(open(folder, "top") == "/top")
        }
    }

    @Test("What is no folder cannot be one, nor what is not there")
    func notAFolder() async throws {
        try await withTree { root in
            #expect(throws: SystemError(operation: "open \(root)/top", code: ENOTDIR)) {
                try Folder(path: root + "/top")
            }
            #expect(throws: SystemError(operation: "open \(root)/no", code: ENOENT)) { try Folder(path: root + "/no") }
        }
    }

    @Test("A path without its end is not looked up")
    func unterminated() async throws {
        try await withTree { root in
            let folder = try Folder(path: root)
            for path in [[], Array("top".utf8)] {
                guard case .notFound = folder.open(path, waits: true) else {
                    Issue.record("\(path) was opened")
                    continue
                }
            }
        }
    }

    @Test("Entries are all that could be opened", arguments: SymbolicLinkPolicy.allCases, [false, true])
    func entries(policy: SymbolicLinkPolicy, resolvesSegments: Bool) async throws {
        try await withTree { root in
            let folder = try Folder(path: root, links: policy, resolvesSegments: resolvesSegments)
            for name in ["", "a"] {
                guard case .opened(let file) = folder.open(path(name), waits: true) else { throw TestFailure() }
                let found = try folder.entries(of: file, at: path(name), limit: 1000) { _ in true }
                #expect(!found.hasMore)
                var expected = Set<String>()
                for entry in try FileManager.default.contentsOfDirectory(atPath: root + "/" + name) {
                    let opened = open(folder, name.isEmpty ? entry : name + "/" + entry)
                    if opened != "not found" { expected.insert(entry) }
                }
                #expect(Set(found.entries.map { String(decoding: $0.name, as: UTF8.self) }) == expected)
            }
        }
    }

    @Test("An entry that is a link has the status of what it leads to")
    func entryStatus() async throws {
        try await withTree { root in
            let folder = try Folder(path: root)
            guard case .opened(let file) = folder.open(path(""), waits: true) else { throw TestFailure() }
            let entries = try folder.entries(of: file, at: path(""), limit: 1000) { _ in true }.entries
            let kinds = Dictionary(
                uniqueKeysWithValues: entries.map { (String(decoding: $0.name, as: UTF8.self), $0.status) })
            #expect(kinds["inside"]?.kind == .regular)
            #expect(kinds["inside"]?.size == "/a/one".utf8.count)
            #expect(kinds["folder"]?.kind == .directory)
            #expect(kinds["pipe"]?.kind == .other)
            #expect(kinds["outside"] == nil)
        }
    }

    @Test("No more entries are read than the limit, of those that are wanted")
    func limit() async throws {
        try await withTemporaryDirectory { root in
            for number in 0..<20 { try Data().write(to: URL(fileURLWithPath: "\(root)/\(number)")) }
            let folder = try Folder(path: root)
            guard case .opened(let file) = folder.open(path(""), waits: true) else { throw TestFailure() }
            for (limit, hasMore) in [(0, true), (19, true), (20, false), (21, false)] {
                let found = try folder.entries(of: file, at: path(""), limit: limit) { _ in true }
                #expect(found.entries.count == min(limit, 20))
                #expect(found.hasMore == hasMore)
            }
            let some = try folder.entries(of: file, at: path(""), limit: 10) { $0.count == 1 }
            #expect(some.entries.count == 10 && !some.hasMore)
        }
    }

    @Test("A link that is exchanged all the time never leads outside")
    func race() async throws {
        try await withTree { root in
            let folder = try Folder(path: root)
            let isOver = Guarded(false)
            let exchanger = Thread {
                var isInside = false
                while !isOver.withLock({ $0 }) {
                    isInside.toggle()
                    symlink(isInside ? "a" : "..", root + "/new")
                    rename(root + "/new", root + "/swap")
                }
            }
            exchanger.start()
            for _ in 0..<20_000 {
                for path in ["swap/secret", "swap/../secret", "folder/../swap/secret"] {
                    #expect(open(folder, path) != "secret")
                }
            }
            isOver.withLock { $0 = true }
        }
    }
}

private struct TestFailure: Error {}
