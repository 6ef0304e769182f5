import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP server: clients of others", .serialized, .timeLimit(.minutes(5)))
struct HTTPServerPeerTests {
    /// Says what the request was, or sends back its body.
    @Sendable private static func handler(_ request: HTTPRequest) async throws -> HTTPResponse {
        guard request.path?.hasPrefix("/echo") == true else {
            let body = try await request.body.text(upTo: 1 << 20)
            return .ok("\(request.method) \(request.path ?? "") \(body.utf8.count)")
        }
        return HTTPResponse(.ok) { writer in for try await bytes in request.body { try await writer.write(bytes) } }
    }

    private func curl(_ arguments: [String], input: String? = nil) async throws -> ChildProcess.Result? {
        guard let curl = ChildProcess("curl") else { return nil }
        let result = try await curl.run(["-sS", "-m", "30", "--noproxy", "*"] + arguments, input: input)
        #expect(result.status == 0, "\(result.errors)")
        return result
    }

    @Test("curl: GET, HEAD, POST and HTTP/1.0")
    func curl() async throws {
        try await withServer(handler: Self.handler) { server in
            let url = "http://\(server.address)"
            let get = try await curl(["\(url)/a?b=c"])
            #expect(get == nil || get?.output == "GET /a?b=c 0")
            let head = try await curl(["-I", "\(url)/"])
            #expect(head == nil || head?.output.hasPrefix("HTTP/1.1 200 OK\r\n") == true)
            #expect(head == nil || head?.output.contains("Content-Length: 8\r\n") == true)
            let post = try await curl(["-d", "name=value", "\(url)/"])
            #expect(post == nil || post?.output == "POST / 10")
            let old = try await curl(["--http1.0", "-D", "-", "\(url)/"])
            #expect(old == nil || old?.output.contains("Connection: close\r\n") == true)
            let oldStream = try await curl(["--http1.0", "-d", "hello", "\(url)/echo"])
            #expect(oldStream == nil || oldStream?.output == "hello")
        }
    }

    @Test("curl: a chunked upload, one that waits for 100 (Continue), and two requests on one connection")
    func curlUploads() async throws {
        let text = String((0..<200_000).map { _ in "0123456789" }.joined())
        try await withServer(handler: Self.handler) { server in
            let url = "http://\(server.address)"
            let chunked = try await curl(["-T", "-", "\(url)/echo"], input: text)
            #expect(chunked == nil || chunked?.output == text)
            let start = ContinuousClock.now
            let expecting = try await curl(
                ["-v", "-H", "Expect: 100-continue", "--expect100-timeout", "20", "-d", "hello", "\(url)/echo"])
            #expect(expecting == nil || expecting?.output == "hello")
            #expect(expecting == nil || expecting?.errors.contains("HTTP/1.1 100 Continue") == true)
            #expect(ContinuousClock.now - start < .seconds(15))
            let two = try await curl(["-w", " %{num_connects};", "\(url)/1", "\(url)/2"])
            #expect(two == nil || two?.output == "GET /1 0 1;GET /2 0 0;")
        }
    }

    @Test("Python's http.client: keep-alive, a chunked upload from an iterable, and a pipeline by hand")
    func python() async throws {
        guard let python = ChildProcess("python3") else { return }
        let script = """
            import http.client, socket, sys
            port = int(sys.argv[1])
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            for number in range(3):
                connection.request("GET", "/%d" % number)
                response = connection.getresponse()
                assert response.status == 200 and response.read() == b"GET /%d 0" % number
            pieces = [b"x" * size for size in (1, 1000, 70000)]
            connection.request("POST", "/echo", body=iter(pieces), encode_chunked=True)
            response = connection.getresponse()
            assert response.read() == b"".join(pieces), "echo"
            connection.request("HEAD", "/")
            response = connection.getresponse()
            assert response.getheader("Content-Length") == "8" and response.read() == b""
            connection.close()
            raw = socket.create_connection(("127.0.0.1", port), timeout=20)
            raw.sendall(b"".join(b"GET /%d HTTP/1.1\\r\\nHost: h\\r\\n\\r\\n" % number for number in range(20)))
            for number in range(20):
                response = http.client.HTTPResponse(raw, method="GET")
                # Unbuffered, or the first response would swallow those after it.
                response.fp = raw.makefile("rb", 0)
                response.begin()
                assert response.read() == b"GET /%d 0" % number, number
            raw.close()
            print("fine")
            """
        try await withServer(handler: Self.handler) { server in
            let result = try await python.run(["-c", script, "\(server.port)"])
            #expect(result.output == "fine\n", "\(result.errors)")
        }
    }

    @Test("ab: two thousand requests, kept alive and not")
    func ab() async throws {
        guard let ab = ChildProcess("ab") else { return }
        try await withServer(handler: Self.handler) { server in
            for keepsAlive in [true, false] {
                let arguments = ["-n", "2000", "-c", "5"] + (keepsAlive ? ["-k"] : [])
                let result = try await ab.run(arguments + ["http://\(server.address)/"])
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output.value(of: "Complete requests:") == "2000")
                #expect(result.output.value(of: "Failed requests:") == "0")
                #expect(result.output.value(of: "Non-2xx responses:") == nil)
                #expect(result.output.value(of: "Keep-Alive requests:") == (keepsAlive ? "2000" : nil))
            }
            try await server.waitForConnections(0)
        }
    }

    @Test("wrk: a second of load without an error", arguments: [1, 2])
    func wrk(loops: Int) async throws {
        guard let wrk = ChildProcess("wrk") else { return }
        try await withServer(loops: loops, handler: Self.handler) { server in
            let result = try await wrk.run(["-t1", "-c16", "-d1s", "http://\(server.address)/"])
            #expect(result.status == 0, "\(result.errors)")
            #expect(result.output.contains("requests in"), "\(result.output)")
            #expect(!result.output.contains("Socket errors"), "\(result.output)")
            #expect(!result.output.contains("Non-2xx"), "\(result.output)")
            try await server.waitForConnections(0)
        }
    }
}

extension String {
    /// What follows a label, on the line that has it.
    fileprivate func value(of label: String) -> String? {
        split(whereSeparator: \.isNewline).first { $0.hasPrefix(label) }.map {
            $0.dropFirst(label.count).trimmingCharacters(in: .whitespaces)
        }
    }
}
