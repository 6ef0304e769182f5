import Foundation
import Testing

@testable import Netius

@Suite struct UnixListenerTests {
    private func withPath(_ body: @escaping @Sendable (String, EventLoop) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            try await withLoop { loop in try await body(directory + "/socket", loop) }
        }
    }

    private static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test("The file is there while it is listened on, and removed on close")
    func file() async throws {
        try await withPath { path, loop in
            let listener = try await Listener.bind(.unix(path: path), on: loop)
            #expect(listener.address == .unix(path: path))
            #expect(Self.exists(path))
            let client = try await Connection.connect(to: listener.address, on: loop)
            let accepted = try #require(try await listener.accept())
            try await client.write("hello")
            #expect(try await accepted.read() == Array("hello".utf8))
            await accepted.close()
            await client.close()
            await listener.close()
            #expect(!Self.exists(path))
        }
    }

    @Test("A file that a dead server has left is replaced")
    func stale() async throws {
        try await withPath { path, loop in
            let dead = try Socket.open(for: .unix(path: path))
            try Socket.bind(dead, to: .unix(path: path))
            try Socket.listen(dead, backlog: 1)
            Descriptor.close(dead)
            #expect(Self.exists(path))
            let listener = try await Listener.bind(.unix(path: path), on: loop)
            await (try await Connection.connect(to: .unix(path: path), on: loop)).close()
            await listener.close()
            #expect(!Self.exists(path))
        }
    }

    @Test("A path that is listened on is taken, and left to its listener")
    func live() async throws {
        try await withPath { path, loop in
            let listener = try await Listener.bind(.unix(path: path), on: loop)
            let error = await #expect(throws: SystemError.self) { try await Listener.bind(.unix(path: path), on: loop) }
            #expect(error?.code == EADDRINUSE)
            #expect(error?.description == "bind unix:\(path): Address already in use")
            await (try await Connection.connect(to: .unix(path: path), on: loop)).close()
            await listener.close()
        }
    }

    @Test("A path whose listener is too busy to answer is not taken from it")
    func busy() async throws {
        try await withPath { path, loop in
            var options = Listener.Options()
            options.backlog = 0
            let listener = try await Listener.bind(.unix(path: path), options: options, on: loop)
            let waiting = try await Connection.connect(to: .unix(path: path), on: loop)
            let error = await #expect(throws: SystemError.self) { try await Listener.bind(.unix(path: path), on: loop) }
            #expect(error?.code == EADDRINUSE)
            #expect(Self.exists(path))
            await waiting.close()
            await listener.close()
        }
    }

    @Test("Anything else at the path is never removed: a file, a directory, a link, a pipe", arguments: 0..<4 as Range)
    func otherFiles(kind: Int) async throws {
        try await withPath { path, loop in
            let target = path + "-target"
            switch kind {
            case 0: #expect(FileManager.default.createFile(atPath: path, contents: Data("keep".utf8)))
            case 1: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            case 2:
                #expect(FileManager.default.createFile(atPath: target, contents: Data("keep".utf8)))
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
            default: #expect(mkfifo(path, 0o600) == 0)
            }
            let error = await #expect(throws: SystemError.self) { try await Listener.bind(.unix(path: path), on: loop) }
            #expect(error?.code == EADDRINUSE)
            #expect(Self.exists(path))
            if kind == 0 { #expect(FileManager.default.contents(atPath: path) == Data("keep".utf8)) }
            if kind == 2 { #expect(FileManager.default.contents(atPath: target) == Data("keep".utf8)) }
        }
    }

    @Test("The file has the permissions that were asked for", arguments: [0o600, 0o660, 0o666, 0o777] as [UInt32])
    func permissions(mode: UInt32) async throws {
        try await withPath { path, loop in
            var options = Listener.Options()
            options.unixPermissions = mode
            let listener = try await Listener.bind(.unix(path: path), options: options, on: loop)
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect((attributes[.posixPermissions] as? NSNumber)?.uint32Value == mode)
            await listener.close()
        }
    }

    @Test("A file that has taken the place of ours is left to its owner when we close")
    func replaced() async throws {
        try await withPath { path, loop in
            let first = try await Listener.bind(.unix(path: path), on: loop)
            try FileManager.default.removeItem(atPath: path)
            let second = try await Listener.bind(.unix(path: path), on: loop)
            await first.close()
            #expect(Self.exists(path))
            await second.close()
            #expect(!Self.exists(path))
        }
    }

    @Test("A path where nothing can be made, or that is too long, is an error that names it")
    func unusable() async throws {
        try await withPath { path, loop in
            let error = await #expect(throws: SystemError.self) {
                try await Listener.bind(.unix(path: path + "/below/nothing"), on: loop)
            }
            #expect(error?.code == ENOENT)
            #expect(error?.description == "bind unix:\(path)/below/nothing: No such file or directory")
            await #expect(throws: SocketAddressError.self) {
                try await Listener.bind(.unix(path: path + String(repeating: "x", count: 200)), on: loop)
            }
        }
    }

    #if os(Linux)
        @Test("A name in the abstract namespace is listened on and needs no file")
        func abstract() async throws {
            try await withPath { path, loop in
                let name = "@" + path.dropFirst()
                let listener = try await Listener.bind(.unix(path: name), on: loop)
                #expect(listener.address == .unix(path: name))
                await (try await Connection.connect(to: listener.address, on: loop)).close()
                let error = await #expect(throws: SystemError.self) {
                    try await Listener.bind(.unix(path: name), on: loop)
                }
                #expect(error?.code == EADDRINUSE)
                await listener.close()
                await (try await Listener.bind(.unix(path: name), on: loop)).close()
            }
        }
    #endif
}
