import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Uploads to files", .timeLimit(.minutes(2)))
struct UploadTests {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = NSTemporaryDirectory() + "netius-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func body(_ chunks: [[UInt8]], then error: (any Error)? = nil) -> HTTPRequestBody {
        let rest = Box(chunks[...])
        return HTTPRequestBody {
            if let chunk = rest.value.popFirst() { return chunk }
            if let error { throw error }
            return nil
        }
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    @Test("A body becomes a file that is its owner's alone")
    func writing() async throws {
        try await withFolder { folder in
            let chunks = (0..<20).map { [UInt8](repeating: UInt8($0), count: $0 * 1000) }
            let path = folder + "/upload"
            let size = try await body(chunks).write(toFile: path, upTo: 190_000)
            #expect(size == 190_000)
            #expect(FileManager.default.contents(atPath: path).map { Array($0) } == chunks.flatMap { $0 })
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            #expect(try await body([]).write(toFile: folder + "/empty", upTo: 0) == 0)
            #expect(try files(folder).sorted() == ["empty", "upload"])
        }
    }

    @Test("What fails leaves no file behind")
    func failing() async throws {
        try await withFolder { (folder: String) async throws in
            let path = folder + "/upload"
            await #expect(throws: HTTPBodyError.tooLarge) {
                try await body([[1, 2], [3, 4]]).write(toFile: path, upTo: 3)
            }
            #expect(try files(folder).isEmpty)
            await #expect(throws: HTTPBodyError.incomplete) {
                try await body([[1, 2]], then: HTTPBodyError.incomplete).write(toFile: path, upTo: 100)
            }
            #expect(try files(folder).isEmpty)
            await #expect(throws: SystemError.self) {
                try await body([[1]]).write(toFile: folder + "/none/upload", upTo: 100)
            }
        }
    }

    @Test("A file that exists is left as it is, and so is what a link points to")
    func existing() async throws {
        try await withFolder { folder in
            let path = folder + "/upload"
            try Data("before".utf8).write(to: URL(fileURLWithPath: path))
            let links = [(folder + "/link", path), (folder + "/dangling", folder + "/none")]
            for (link, target) in links {
                try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            }
            for path in [path] + links.map(\.0) {
                let error = await #expect(throws: SystemError.self) {
                    try await body([[1]]).write(toFile: path, upTo: 100)
                }
                #expect(error?.code == EEXIST)
            }
            #expect(FileManager.default.contents(atPath: path) == Data("before".utf8))
            #expect(try files(folder).count == 3)
        }
    }

    @Test("A cancelled upload leaves no file behind")
    func cancelled() async throws {
        try await withFolder { folder in
            let (begun, ended) = (Gate(), Gate())
            let body = HTTPRequestBody {
                if begun.count == 0 {
                    begun.open()
                    return [1, 2, 3]
                }
                try await untilCancelled(ended)
            }
            let task = Task { try await body.write(toFile: folder + "/upload", upTo: 100) }
            await begun.wait()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            // The thread that made the file may be the last to let go of it.
            try await eventually("no file is left") { try files(folder).isEmpty }
        }
    }

    @Test("A file that is broken off while it is made is removed by who made it")
    func abandoned() throws {
        let path = NSTemporaryDirectory() + "netius-\(UUID().uuidString)"
        do {
            let file = try NewFile(path: path)
            try file.write([1, 2, 3])
            #expect(FileManager.default.fileExists(atPath: path))
        }
        #expect(!FileManager.default.fileExists(atPath: path))
        do {
            let file = try NewFile(path: path)
            file.keep()
            file.remove()
        }
        #expect(FileManager.default.fileExists(atPath: path))
        try FileManager.default.removeItem(atPath: path)
    }

    /// Keeps each file of a form under its base name and tells what there was.
    private func handler(_ folder: String) -> HTTPServer.Handler {
        { request in
            var lines: [String] = []
            for try await part in request.multipart() {
                if let name = part.baseName {
                    let size = try await part.body.write(toFile: "\(folder)/\(name)", upTo: 10 << 20)
                    lines.append("\(part.name): \(name) \(part.contentType?.essence ?? "-") \(size)")
                } else {
                    lines.append("\(part.name)=\(try await part.body.text())")
                }
            }
            return .ok(lines.joined(separator: "\n"))
        }
    }

    @Test("curl: fields and files, of names that need escaping")
    func curl() async throws {
        guard let curl = ChildProcess("curl") else { return }
        try await withFolder { folder in
            let source = folder + "/source"
            try FileManager.default.createDirectory(atPath: source, withIntermediateDirectories: true)
            var random = SeededGenerator(seed: 4)
            let big = Data((0..<1_000_000).map { _ in [13, 10, 45, 0, 255].randomElement(using: &random) ?? 0 })
            try big.write(to: URL(fileURLWithPath: source + "/big.bin"))
            try Data("\r\n".utf8).write(to: URL(fileURLWithPath: source + "/a \"b\" \\c.txt"))
            try await withServer(handler: handler(folder)) { server in
                let result = try await curl.run([
                    "-sS", "-m", "30", "--noproxy", "*", "-F", "title=a \"b\" & ü=c", "-F",
                    "big=@\(source)/big.bin", "-F", "text=@\"\(source)/a \\\"b\\\" \\\\c.txt\";type=text/x", "-F",
                    "away=@\(source)/big.bin;filename=../../away.bin", "-F", "empty=", "http://\(server.address)/",
                ])
                #expect(
                    result.output == """
                        title=a "b" & ü=c
                        big: big.bin application/octet-stream 1000000
                        text: c.txt text/x 2
                        away: away.bin application/octet-stream 1000000
                        empty=
                        """, "\(result.errors)")
            }
            #expect(FileManager.default.contents(atPath: folder + "/big.bin") == big)
            #expect(FileManager.default.contents(atPath: folder + "/c.txt") == Data("\r\n".utf8))
        }
    }

    @Test("Python's requests: fields and files")
    func python() async throws {
        guard let python = ChildProcess("python3") else { return }
        guard try await python.run(["-c", "import requests"]).status == 0 else {
            return print("skipped: Python's requests is not installed")
        }
        let script = """
            import requests, sys
            url = "http://127.0.0.1:%s/" % sys.argv[1]
            data = bytes(range(256)) * 5000
            files = [("one", ("ä \\"q\\".bin", data, "application/x-one")), ("two", ("two.txt", b""))]
            session = requests.Session()
            session.trust_env = False
            answer = session.post(url, data=[("a", "1"), ("a", "2 \\u00fc")], files=files, timeout=30)
            assert answer.status_code == 200, answer.text
            sys.stdout.buffer.write(answer.content)
            assert session.post(url, data={"a": "1"}, timeout=30).status_code == 415
            """
        try await withFolder { folder in
            try await withServer(handler: handler(folder)) { server in
                let result = try await python.run(["-c", script, "\(server.port)"])
                #expect(
                    result.output == """
                        a=1
                        a=2 ü
                        one: ä "q".bin application/x-one 1280000
                        two: two.txt - 0
                        """, "\(result.errors)")
            }
        }
    }

    @Test("A client that leaves in the midst of an upload leaves no file behind", arguments: TransportMode.allCases)
    func leaving(mode: TransportMode) async throws {
        try await withFolder { folder in
            try await withServer(in: mode, handler: handler(folder)) { server in
                let client = try await server.connect()
                try await client.send(
                    """
                    POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n\
                    Content-Length: 100000\r\n\r\n--b\r\n\
                    Content-Disposition: form-data; name="a"; filename="upload"\r\n\r\nbegun
                    """)
                try await eventually("the file is made") { try !files(folder).isEmpty }
                await client.reset()
                try await eventually("the file is removed") { try files(folder).isEmpty }
            }
        }
    }

    @Test("A form that is cut short by its length is answered with 400", arguments: TransportMode.allCases)
    func truncated(mode: TransportMode) async throws {
        try await withFolder { folder in
            try await withServer(in: mode, handler: handler(folder)) { server in
                let form = "--b\r\nContent-Disposition: form-data; name=\"a\"; filename=\"upload\"\r\n\r\nvalue"
                let response = try await server.respond(
                    """
                    POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=b\r\n\
                    Content-Length: \(form.utf8.count)\r\n\r\n\(form)
                    """)
                #expect(response.status == 400)
                #expect(response.text == "the form is not complete\n")
                #expect(try files(folder).isEmpty)
            }
        }
    }
}
