import Foundation
import Netius
import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("netius get, head and post", .timeLimit(.minutes(5)))
struct GetCommandTests {
    private static let large = (0..<600_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 8)) }

    /// Answers with what it was asked, line by line, unless the path means something else.
    @Sendable private static func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
        switch request.path?.split(separator: "?").first.map(String.init) ?? "/" {
        case "/large": return HTTPResponse(status: .ok, body: .bytes(large))
        case "/moved": return HTTPResponse(status: .found, headerFields: [.location: "/there"])
        case "/missing": return .text("nothing here\n", status: .notFound)
        case "/echo": return HTTPResponse(status: .ok, body: .bytes(try await request.body.collect(upTo: 1 << 24)))
        case "/cut":
            return HTTPResponse(.ok, contentLength: 1000) { writer in
                try await writer.write([UInt8](repeating: 97, count: 500))
                throw CancellationError()
            }
        case "/never":
            try await Task.sleep(for: .seconds(3600))
            return .ok("")
        default:
            let fields = request.headerFields.map { "\($0)\n" }.joined()
            return .ok("\(request.method) \(request.path ?? "") \(request.authority ?? "")\n\(fields)")
        }
    }

    private static func withServer(_ test: (String) async throws -> Void) async throws {
        try await withHTTPServer(handler: { try await answer($0) }) { try await test("http://127.0.0.1:\($0)") }
    }

    @Test("The content goes to standard output, however large it is, and nothing else is said")
    func standardOutput() async throws {
        try await Self.withServer { server in
            let (small, _) = try await runTool(["get", server + "/a?b"])
            #expect(small.status == 0 && small.errors.isEmpty && small.output.hasPrefix("GET /a?b 127.0.0.1"))
            #expect(small.output.contains("User-Agent: netius/\(version)\n"))
            let (ending, bytes) = try await runTool(["get", server + "/large"])
            #expect(ending.status == 0 && bytes == Self.large)
        }
    }

    @Test("-i writes the head in front, head writes nothing else, and -v tells both heads on standard error")
    func heads() async throws {
        try await Self.withServer { server in
            let (included, _) = try await runTool(["get", server + "/missing", "-i"])
            #expect(included.status == 0 && included.output.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
            #expect(included.output.hasSuffix("\r\n\r\nnothing here\n"))
            let (head, _) = try await runTool(["head", server + "/large"])
            #expect(head.output.contains("Content-Length: 600000\r\n") && head.output.hasSuffix("\r\n\r\n"))
            let (verbose, _) = try await runTool(["get", server + "/moved", "-L", "-v", "-H", "X-Y: z"])
            #expect(verbose.output.hasPrefix("GET /there "))
            for line in [
                "> GET /moved HTTP/1.1\n", "> GET /there HTTP/1.1\n", "> X-Y: z\n", "< HTTP/1.1 302 Found\n",
                "< HTTP/1.1 200 OK\n", "< Location: /there\n", "> Host: 127.0.0.1", "* connecting for \(server)\n",
            ] { #expect(verbose.errors.contains(line), "\(line) is not in \(verbose.errors)") }
        }
    }

    @Test("Redirects are followed when asked for")
    func redirects() async throws {
        try await Self.withServer { server in
            let (stay, _) = try await runTool(["get", server + "/moved", "-i"])
            #expect(stay.output.hasPrefix("HTTP/1.1 302 Found\r\n"))
            for option in ["-L", "--follow", "--location"] {
                #expect(try await runTool(["get", server + "/moved", option]).ending.output.hasPrefix("GET /there "))
            }
        }
    }

    @Test("--fail makes a status of failure one line, and no content is written")
    func fail() async throws {
        try await Self.withServer { server in
            try await withTemporaryFolder { folder in
                let path = folder + "/out"
                let (ending, _) = try await runTool(["get", server + "/missing", "--fail", "-o", path])
                #expect(ending.status == 1 && ending.output.isEmpty)
                #expect(ending.errors == "netius: \(server)/missing: 404 Not Found\n")
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
                #expect(try await runTool(["get", server + "/missing"]).ending.status == 0)
            }
        }
    }

    @Test("-o and -O write a file, which is there only when it is complete")
    func files() async throws {
        try await Self.withServer { server in
            try await withTemporaryFolder { folder in
                let path = folder + "/out.bin"
                try write([1, 2, 3], to: path)
                #expect(try await runTool(["get", server + "/large", "-o", path]).ending.output.isEmpty)
                #expect(content(of: path) == Self.large)
                let (broken, _) = try await runTool(["get", server + "/cut", "-o", path])
                #expect(broken.status == 1 && broken.errors.hasPrefix("netius: \(server)/cut: "))
                #expect(broken.errors.split(separator: "\n").count == 1)
                #expect(content(of: path) == Self.large)
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["out.bin"])
                // What is no file is written to, and stays what it is.
                #expect(try await runTool(["get", server + "/large", "-o", "/dev/null"]).ending.status == 0)
                #expect(try PathKind("/dev/null") == .device)
                #expect(try await runTool(["get", server + "/", "-o", folder]).ending.errors.contains("is a folder"))
                // The name of the URL is one of the folder that the program runs in.
                let script = "cd \"$0\" && exec \"$1\" get -O \"$2\""
                let tool = try RunningTool(
                    ["-c", script, folder, RunningTool.path, server + "/a/some%20name?x"], program: "/bin/sh")
                #expect(try await tool.end().status == 0)
                #expect(content(of: folder + "/some name").map { $0.count > 10 } == true)
            }
        }
    }

    @Test("A file that is replaced hands on its permissions, and a new one has those of any")
    func permissions() async throws {
        func mode(_ path: String) throws -> Int {
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            return try #require(attributes[.posixPermissions] as? Int)
        }
        try await Self.withServer { server in
            try await withTemporaryFolder { folder in
                try write([1], to: folder + "/secret")
                try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder + "/secret")
                for name in ["/secret", "/new"] {
                    #expect(try await runTool(["get", server + "/large", "-o", folder + name]).ending.status == 0)
                    #expect(content(of: folder + name) == Self.large)
                }
                #expect(try mode(folder + "/secret") == 0o600)
                #expect(try mode(folder + "/new") & 0o600 == 0o600)
            }
        }
    }

    @Test("A link to a file stays a link, and its file is written")
    func link() async throws {
        try await Self.withServer { server in
            try await withTemporaryFolder { folder in
                try write([1], to: folder + "/file")
                try FileManager.default.createSymbolicLink(
                    atPath: folder + "/link", withDestinationPath: folder + "/file")
                #expect(try await runTool(["get", server + "/large", "-o", folder + "/link"]).ending.status == 0)
                #expect(content(of: folder + "/file") == Self.large)
                #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder + "/link") == folder + "/file")
            }
        }
    }

    @Test("post sends text, files, standard input, JSON and forms")
    func post() async throws {
        try await Self.withServer { server in
            try await withTemporaryFolder { folder in
                let file = folder + "/file"
                try write(Self.large, to: file)
                let url = server + "/echo"
                #expect(try await runTool(["post", url, "-d", "a=b", "-d", "c=d"]).ending.output == "a=b&c=d")
                #expect(try await runTool(["post", url, "--data", "@" + file]).bytes == Self.large)
                #expect(try await runTool(["post", url, "-d", "@-"], input: "given").ending.output == "given")
                #expect(try await runTool(["post", url, "--json", #"{"a":1}"#]).ending.output == #"{"a":1}"#)
                let (form, _) = try await runTool(["post", url, "-F", "a=b", "-F", "f=@" + file])
                #expect(form.output.contains("name=\"a\"\r\n\r\nb\r\n--"))
                #expect(form.output.contains("name=\"f\"; filename=\"file\"\r\n"))
                let head = try await runTool(["post", server, "-d", "x", "-X", "PUT"]).ending.output
                #expect(head.hasPrefix("PUT / ") && head.contains("Content-Length: 1\n"))
                let empty = try await runTool(["post", server]).ending.output
                #expect(empty.hasPrefix("POST / ") && empty.contains("Content-Length: 0\n"))
                let missing = try await runTool(["post", url, "-d", "@" + folder + "/none"]).ending
                #expect(missing.status == 1 && missing.errors.contains("No such file or directory"))
                #expect(try await runTool(["post", url, "-d", "@" + folder]).ending.errors.contains("is a folder"))
            }
        }
    }

    @Test("Who asks, what for and of whom is sent as given")
    func fields() async throws {
        try await Self.withServer { server in
            let port = try #require(server.split(separator: ":").last)
            let text = try await runTool([
                "get", "http://example.test:\(port)/", "--resolve", "example.test:\(port):127.0.0.1", "-u", "me:secret",
                "-H", "X-One: 1", "-H", "X-One: 2", "--no-compressed", "-H", "User-Agent: own",
            ]).ending.output
            #expect(text.hasPrefix("GET / example.test:\(port)\n"))
            for line in ["X-One: 1\nX-One: 2\n", "User-Agent: own\n", "Authorization: Basic bWU6c2VjcmV0\n"] {
                #expect(text.contains(line), "\(line) is not in \(text)")
            }
            #expect(!text.contains("Accept-Encoding"))
            #expect(try await runTool(["get", server, "-H", "Host: other"]).ending.output.hasPrefix("GET / other\n"))
            #expect(try await runTool(["get", server]).ending.output.contains("Accept-Encoding: gzip"))
        }
    }

    @Test("A Unix domain socket is named by the option or by the URL")
    func unix() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/s"
            try await withTool(["hello", "--unix", path]) { tool in
                _ = try await tool.address()
                #expect(try await runTool(["get", "http://any/", "--unix", path]).ending.output == "Hello World")
                #expect(try await runTool(["get", "unix:\(path):/"]).ending.output == "Hello World")
                let raw = try await runTool(["raw", "GET", "unix:\(path):/"]).ending
                #expect(raw.output.hasPrefix("HTTP/1.1 200 OK\r\n") && raw.output.hasSuffix("\r\n\r\nHello World"))
            }
        }
    }

    @Test("A proxy is asked where an option or the environment says so")
    func proxy() async throws {
        try await Self.withServer { server in
            let url = "http://nowhere.invalid/path"
            #expect(try await runTool(["get", url, "--proxy", server]).ending.output.contains(" nowhere.invalid\n"))
            #expect(try await runTool(["get", url], ["http_proxy": server]).ending.output.hasPrefix("GET /path "))
            let (direct, _) = try await runTool(["get", url, "--noproxy", "*"], ["http_proxy": server])
            #expect(direct.status == 1 && direct.output.isEmpty)
        }
    }

    @Test("Every failure is one line that names the URL, and is no usage error")
    func failures() async throws {
        try await Self.withServer { server in
            let port = try await freePort()
            for (arguments, words) in [
                (["get", "http://127.0.0.1:\(port)/"], "Connection refused"),
                (["get", "http://no.such.host.invalid/"], "no.such.host.invalid"),
                (["get", server + "/never", "--max-time", "0.2"], "too long"),
                (["get", server + "/cut"], "/cut"),
                (["get", "http://127.0.0.1/", "--unix", "/no/socket"], "/no/socket"),
            ] {
                let ending = try await runTool(arguments).ending
                #expect(ending.status == 1 && ending.errors.hasPrefix("netius: "), "\(ending)")
                #expect(ending.errors.contains(words) && ending.errors.split(separator: "\n").count == 1, "\(ending)")
            }
            for arguments in [["get"], ["get", "nothing"], ["get", "ftp://h/"], ["get", "http://h/", "more"]] {
                let ending = try await runTool(arguments).ending
                #expect(ending.status == 2 && ending.errors.split(separator: "\n").count == 1, "\(ending)")
            }
        }
    }

    @Test("Where nobody reads any more it ends, and says nothing")
    func brokenPipe() async throws {
        try await Self.withServer { server in
            for ignored in ["trap '' PIPE; ", ""] {
                let script = ignored + "\"$0\" get \"$1\" | head -c 10 > /dev/null"
                let tool = try RunningTool(["-c", script, RunningTool.path, server + "/large"], program: "/bin/sh")
                let ending = try await tool.end()
                #expect(ending.status == 0 && ending.errors.isEmpty && ending.output.isEmpty, "\(ending)")
            }
        }
    }

    @Test("--timing tells of every part, and --progress of the bytes")
    func timing() async throws {
        try await Self.withServer { server in
            let (ending, _) = try await runTool(["get", server + "/large", "-o", "/dev/null", "--timing", "--progress"])
            for name in ["dns ", "connect ", "tls ", "first byte ", "body ", "total "] {
                #expect(ending.errors.contains("\n" + name), "\(ending.errors)")
            }
            #expect(ending.errors.contains("100.0%") && ending.errors.contains("585.9 KiB of 585.9 KiB"))
        }
    }

    @Test("On a terminal a download to a file shows its progress, and one to the terminal does not")
    func terminal() async throws {
        guard
            let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first(
                where: FileManager.default.isExecutableFile)
        else { return print("skipped: python3 is not installed") }
        try await Self.withServer { server in
            let script = "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)"
            for (arguments, shows) in [
                (["-o", "/dev/null"], true), (["-o", "/dev/null", "--no-progress"], false), ([], false),
            ] {
                let path = arguments.isEmpty ? "/" : "/large"
                let tool = try RunningTool(
                    ["-c", script, RunningTool.path, "get", server + path] + arguments, program: python)
                let ending = try await tool.end()
                #expect(ending.status == 0)
                #expect(ending.output.contains("100.0%") == shows, "\(ending)")
            }
        }
    }
}
