import Netius
import NetiusHTTP
import Testing

@testable import NetiusTool

@Suite("The client commands: which version of HTTP is spoken", .timeLimit(.minutes(5)))
struct ClientVersionTests {
    private func policy(_ words: [String]) throws(UsageError) -> HTTP2Policy {
        let parsed = try CommandLineParser.parse(words + ["http://h/"], for: GetCommand.description)
        return try ClientOptions(CommandValues(parsed: parsed, environment: Environment([:]))).http2
    }

    @Test("The options say which, one at a time")
    func options() throws {
        #expect(try policy([]) == .automatic && policy(["--http2"]) == .automatic)
        #expect(try policy(["--http2-prior-knowledge"]) == .priorKnowledge && policy(["--http1.1"]) == .never)
        for words in [["--http2", "--http1.1"], ["--http2-prior-knowledge", "--http1.1"]] {
            #expect(throws: UsageError.conflictingOptions(words[0], words[1])) { try policy(words) }
        }
    }

    @Test("In clear text HTTP/2 is spoken where that is asked for, and shown as such")
    func clear() async throws {
        try await withHTTPServer(handler: { request in
            .ok("\(request.method) \(request.path ?? "") \(try await request.body.text(upTo: 1_000_000).utf8.count)")
        }) { port in
            let url = "http://127.0.0.1:\(port)/a"
            let plain = try await runTool(["get", url, "-i", "--http2"]).ending
            #expect(plain.output.hasPrefix("HTTP/1.1 200 OK\r\n"))
            let get = try await runTool(["get", url, "-i", "-v", "--timing", "--http2-prior-knowledge"]).ending
            #expect(get.output.hasPrefix("HTTP/2 200 OK\r\n") && get.output.hasSuffix("\r\n\r\nGET /a 0"), "\(get)")
            for line in ["> GET /a HTTP/2\n> Host: 127.0.0.1:\(port)\n", "< HTTP/2 200 OK\n", "first byte"] {
                #expect(get.errors.contains(line), "\(line) in \(get.errors)")
            }
            let head = try await runTool(["head", url, "--http2-prior-knowledge"]).ending
            #expect(head.output.hasPrefix("HTTP/2 200 OK\r\n"), "\(head)")
            let content = String(repeating: "x", count: 100_000)
            let post = try await runTool(["post", url, "--http2-prior-knowledge", "-d", content]).ending
            #expect(post.output == "POST /a 100000", "\(post)")
            let fetch = try await runTool(["fetch", url, "--http2-prior-knowledge", "-n", "300", "-c", "60"]).ending
            #expect(fetch.status == 0 && fetch.output.contains("300 requests, 0 failed"), "\(fetch)")
        }
    }

    @Test("Over TLS it is the server's choice, unless HTTP/1.1 is asked for")
    func secure() async throws {
        let tls = try TLSServerContext(identity: try TLSIdentity.selfSigned(names: ["localhost"]))
        try await withHTTPServer(tls: tls, handler: { .ok($0.tls?.applicationProtocol ?? "-") }) { port in
            let url = "https://localhost:\(port)/"
            for (options, answer) in [
                ([], "h2"), (["--http2"], "h2"), (["--http2-prior-knowledge"], "h2"), (["--http1.1"], "http/1.1"),
            ] as [([String], String)] {
                let ending = try await runTool(["get", url, "-k"] + options).ending
                #expect(ending.output == answer, "\(ending)")
            }
        }
    }
}
