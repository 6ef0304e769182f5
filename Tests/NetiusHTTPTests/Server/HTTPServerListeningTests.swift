import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: listening", .timeLimit(.minutes(5)))
struct HTTPServerListeningTests {
    private static let get = "GET / HTTP/1.1\r\nHost: h\r\n\r\n"

    /// Answers with the number of the loop.
    @Sendable private static func loop(_ request: HTTPRequest) async throws -> HTTPResponse {
        .ok("\(request.loop.map { ObjectIdentifier($0).hashValue } ?? 0)")
    }

    @Test("Two servers on one port: the second throws, in one line that names the address", arguments: [1, 2, 3])
    func taken(loops: Int) async throws {
        try await withServer(loops: loops, handler: describe) { server async throws in
            for others in [1, 2] {
                let error = await #expect(throws: SystemError.self) {
                    try await withServer(loops: others, at: server.address, handler: describe) { _ in }
                }
                #expect(error?.code == EADDRINUSE)
                #expect(error?.description == "bind 127.0.0.1:\(server.port): Address already in use")
            }
            // Nothing of the attempt takes connections away from the first.
            for _ in 0..<10 { #expect(try await server.respond(Self.get).status == 200) }
        }
    }

    @Test("A server without a handler cannot run, nor one that runs already")
    func misuse() async throws {
        await #expect(throws: HTTPServerError.noHandler) { try await HTTPServer(port: 0).run() }
        try await withServer(handler: describe) { server async throws in
            await #expect(throws: HTTPServerError.running) { try await server.server.run() }
            #expect(try await server.respond(Self.get).status == 200)
        }
    }

    @Test("Several loops share the connections of a port", arguments: [2, 4])
    func loops(count: Int) async throws {
        try await withServer(loops: count, handler: Self.loop) { server in
            var answers: Set<String> = []
            try await eventually("every loop has served") {
                answers.insert(try await server.respond(Self.get).text)
                return answers.count == count
            }
            try await server.waitForConnections(0)
        }
    }

    @Test("A Unix domain socket is served, its connections handed to the loops in turn, and its file removed")
    func unix() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent(
            "netius-\(UUID().uuidString.prefix(8))"
        ).path
        try await withServer(
            loops: 3, at: .unix(path: path), { $0.listening.unixPermissions = 0o600 }, handler: Self.loop
        ) {
            server in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            var answers: [String: Int] = [:]
            for _ in 0..<6 { answers[try await server.respond(Self.get).text, default: 0] += 1 }
            #expect(answers.values.sorted() == [2, 2, 2])
            let error = await #expect(throws: SystemError.self) {
                try await withServer(at: .unix(path: path), handler: describe) { _ in }
            }
            #expect(error?.description == "bind unix:\(path): Address already in use")
            #expect(try await server.respond(Self.get).status == 200)
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("A socket that is inherited is served in place of the address")
    func inherited() async throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let isBound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(isBound == 0 && listen(descriptor, 16) == 0)
        try await withServer(
            loops: 2, at: .ip(.v4(.loopback), port: 1), { $0.inheritedDescriptors = [descriptor] },
            handler: Self.loop
        ) { server in
            #expect(server.port != 1)
            var answers: Set<String> = []
            for _ in 0..<4 { answers.insert(try await server.respond(Self.get).text) }
            #expect(answers.count == 2)
        }
    }

    @Test("10,000 connections, or as many as there are descriptors for, are kept open after a request and all go")
    func manyConnections() async throws {
        // Both ends are in this process, and other tests run beside this one.
        let count = min(10_000, (descriptors(upTo: 21_000) - 1000) / 2) / 100 * 100
        guard count >= 1000 else {
            print("10,000 connections: skipped, this process may not have enough descriptors")
            return
        }
        try await withServer(handler: describe) { server in
            let loop = try EventLoop(name: "clients")
            let before = residentMemory()
            var clients: [RawClient] = []
            for _ in 0..<(count / 100) {
                clients += try await withThrowingTaskGroup(of: RawClient.self) { group in
                    for _ in 0..<100 {
                        group.addTask {
                            let client = try await server.connect(on: loop)
                            try await client.send(Self.get)
                            #expect(try await client.response().status == 200)
                            return client
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
            }
            #expect(try await server.connectionCount() == count)
            let each = (residentMemory() - before) / count
            print("\(count) idle connections: \(each) bytes of resident memory each, the client's end included")
            #expect(try await server.respond(Self.get).status == 200)
            for client in clients { await client.close() }
            try await server.waitForConnections(0)
            try await eventually("no socket is left") { (openSockets(at: server.port) ?? 0) == 0 }
            await loop.shutdown()
        }
    }
}

/// Lets this process have that many descriptors, or as many as it may: how many.
private func descriptors(upTo count: Int) -> Int {
    #if canImport(Glibc)
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        let resource = RLIMIT_NOFILE
    #endif
    var limit = rlimit()
    guard getrlimit(resource, &limit) == 0 else { return 0 }
    let wanted = rlim_t(count)
    guard limit.rlim_cur < wanted else { return count }
    var raised = rlimit(rlim_cur: wanted, rlim_max: max(limit.rlim_max, wanted))
    if setrlimit(resource, &raised) == 0 { return count }
    limit.rlim_cur = min(limit.rlim_max, wanted)
    return setrlimit(resource, &limit) == 0 ? Int(limit.rlim_cur) : 0
}
