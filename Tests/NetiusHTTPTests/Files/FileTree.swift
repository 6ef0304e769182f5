import Foundation
import Netius
import TestSupport

@testable import NetiusHTTP

/// A folder of files for a test, with a secret beside it.
struct FileTree {
    /// A date that every test may know: 6 November 1994, 08:49:37, and half a second.
    static let date = Timestamp(seconds: 784_111_777, nanoseconds: 500_000_000)
    static let lastModified = "Sun, 06 Nov 1994 08:49:37 GMT"

    let directory: String
    var root: String { directory + "/root" }

    /// Writes a file, and the folders it is in.
    func write(_ content: [UInt8], to path: String, modified: Timestamp? = date) throws {
        let path = root + "/" + path
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(content).write(to: URL(fileURLWithPath: path))
        if let modified { touch(path, modified) }
    }

    /// Writes a file whose name need not be UTF-8.
    func write(name: [UInt8]) {
        let descriptor = (Array(root.utf8) + [47] + name + [0]).withUnsafeBytes {
            open($0.baseAddress!.assumingMemoryBound(to: CChar.self), O_WRONLY | O_CREAT, 0o600)
        }
        if descriptor >= 0 { close(descriptor) }
    }

    func link(_ path: String, to destination: String) throws {
        try FileManager.default.createSymbolicLink(atPath: root + "/" + path, withDestinationPath: destination)
    }

    private func touch(_ path: String, _ time: Timestamp) {
        let time = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        let times = [time, time]
        utimensat(AT_FDCWD, path, times, 0)
    }
}

/// Runs `body` with a folder that has these files.
func withFileTree<Result>(
    _ files: [String: String] = [:], _ body: (FileTree) async throws -> Result
) async throws -> Result {
    try await withTemporaryDirectory { directory in
        let tree = FileTree(directory: directory)
        try FileManager.default.createDirectory(atPath: tree.root, withIntermediateDirectories: false)
        try Data("secret".utf8).write(to: URL(fileURLWithPath: directory + "/secret"))
        for (path, content) in files { try tree.write(Array(content.utf8), to: path) }
        return try await body(tree)
    }
}

extension FileServer {
    convenience init(_ tree: FileTree, _ configure: (inout Configuration) -> Void = { _ in }) throws {
        var configuration = Configuration()
        configure(&configuration)
        try self.init(root: tree.root, configuration: configuration)
    }

    /// Answers a request that was made here.
    func respond(
        _ path: String, _ fields: HTTPFields = [:], method: HTTPRequest.Method = .get
    ) async throws -> HTTPResponse {
        try await respond(
            to: HTTPRequest(method: method, scheme: "http", authority: "h", path: path, headerFields: fields))
    }
}

extension HTTPResponse {
    /// The content as text.
    func text() async throws -> String {
        String(decoding: try await body.collect(upTo: 1 << 24), as: UTF8.self)
    }
}
