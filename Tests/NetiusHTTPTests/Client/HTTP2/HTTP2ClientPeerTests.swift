import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 client: servers of others", .serialized, .timeLimit(.minutes(5)))
struct HTTP2ClientPeerTests {
    private static let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17 &+ $0 >> 9) }

    /// Asks for small and large files, one after the other and many at a time.
    private func download(_ client: HTTPClient, _ url: String) async throws {
        #expect(try await client.get(url + "/small").text() == "hello")
        #expect(try await client.get(url + "/large").body.collect(upTo: 1 << 30) == Self.large)
        let head = try await client.head(url + "/large")
        #expect(try await head.text().isEmpty && head.headerFields[.contentLength] == "\(Self.large.count)")
        #expect(try await client.get(url + "/missing").status.code == 404)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<120 {
                group.addTask {
                    let response = try await client.get(url + (number.isMultiple(of: 20) ? "/large" : "/small"))
                    let content = try await response.body.collect(upTo: 1 << 30)
                    return response.version == .http2
                        && content == (number.isMultiple(of: 20) ? Self.large : Array("hello".utf8))
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        let counts = try await client.counts()
        #expect(counts.connections == 1)
    }

    private func makeFiles(in directory: String) throws {
        _ = try makeFile(Array("hello".utf8), in: directory, named: "small")
        _ = try makeFile(Self.large, in: directory, named: "large")
    }

    @Test("nghttpd, in clear text")
    func nghttpd() async throws {
        try await withPeerServer("nghttpd") { directory, port in
            ["--no-tls", "\(port)", "-d", directory]
        } _: { server, directory in
            try makeFiles(in: directory)
            try await withClientOfHTTP2 { client async throws in
                let url = "http://127.0.0.1:\(server.port)"
                try await download(client, url)
                // It answers content with the file, whatever the content is.
                let file = try File(path: directory + "/large")
                for body in [HTTPRequestBody.bytes(Self.large), .file(file), .text("x")] {
                    #expect(try await client.post(url + "/small", body: body).text() == "hello")
                }
            }
        }
    }

    @Test("nghttpd over TLS, which chooses HTTP/2, with trailers")
    func nghttpdTLS() async throws {
        try await withPeerServer("nghttpd") { directory, port in
            ["--trailer", "etag: after", "\(port)", directory + "/key.pem", directory + "/cert.pem", "-d", directory]
        } _: { server, directory in
            try makeFiles(in: directory)
            try await withClient({
                $0.http2 = .automatic
                $0.tls = try? TestIdentity.client.get()
            }) { client async throws in
                let url = "https://localhost:\(server.port)"
                try await download(client, url)
                let response = try await client.get(url + "/small")
                #expect(try await response.text() == "hello" && response.tls?.applicationProtocol == "h2")
                #expect(await response.body.trailers[.eTag] == "after")
            }
        }
    }

    @Test("nginx, in clear text and over TLS, with compression, and with a limit of streams", arguments: [false, true])
    func nginx(isSecure: Bool) async throws {
        try await withPeerServer("nginx") { directory, port in
            let configuration = """
                daemon off; master_process off; pid \(directory)/pid; error_log \(directory)/error.log;
                events {}
                http {
                    access_log off; gzip on; gzip_types *; gzip_min_length 1000; gzip_proxied any;
                    client_body_temp_path \(directory)/a; proxy_temp_path \(directory)/b;
                    fastcgi_temp_path \(directory)/c; uwsgi_temp_path \(directory)/d; scgi_temp_path \(directory)/e;
                    server {
                        listen 127.0.0.1:\(port) \(isSecure ? "ssl " : "")http2; root \(directory);
                        http2_max_concurrent_streams 7; client_max_body_size 100m;
                        ssl_certificate \(directory)/cert.pem; ssl_certificate_key \(directory)/key.pem;
                        location /taken { return 200 "taken"; }
                    }
                }
                """
            let path = directory + "/nginx.conf"
            try Data(configuration.utf8).write(to: URL(fileURLWithPath: path))
            return ["-p", directory, "-c", path]
        } _: { server, directory in
            try makeFiles(in: directory)
            try await withClientOfHTTP2({ $0.tls = try? TestIdentity.client.get() }) { client async throws in
                let url = "\(isSecure ? "https" : "http")://localhost:\(server.port)"
                // Of what is compressed no length is known beforehand.
                let response = try await client.get(url + "/large", headerFields: [.acceptEncoding: "gzip"])
                #expect(response.headerFields[.contentEncoding] == "gzip")
                #expect(try await response.body.collect(upTo: 1 << 30) == Self.large)
                let body = HTTPRequestBody.bytes(Self.large)
                #expect(try await client.post(url + "/taken", body: body).text() == "taken")
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for _ in 0..<100 { group.addTask { try await client.get(url + "/small").text() == "hello" } }
                    for try await isRight in group { #expect(isRight) }
                }
                let counts = try await client.counts()
                #expect(counts.connections == 1)
            }
        }
    }

    /// A server made of Python's `h2`: it answers with what it received, after 103 and with trailers.
    private static let script = #"""
        import socket, sys, hashlib
        import h2.config, h2.connection, h2.events
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(sys.argv[1])))
        listener.listen()
        while True:
            peer, _ = listener.accept()
            server = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
            server.initiate_connection()
            peer.sendall(server.data_to_send())
            heads, bodies = {}, {}
            try:
                while data := peer.recv(65536):
                    for event in server.receive_data(data):
                        stream = getattr(event, "stream_id", None)
                        if isinstance(event, h2.events.RequestReceived):
                            heads[stream], bodies[stream] = dict(event.headers), hashlib.sha256()
                        elif isinstance(event, h2.events.DataReceived):
                            bodies[stream].update(event.data)
                            server.acknowledge_received_data(event.flow_controlled_length, stream)
                        elif isinstance(event, h2.events.StreamEnded):
                            head, body = heads.pop(stream), bodies.pop(stream)
                            text = f"{head[':method']} {head[':path']} {head.get('x-name')} {body.hexdigest()}"
                            server.send_headers(stream, [(":status", "103"), ("link", "</a>")])
                            server.send_headers(stream, [(":status", "200"), ("x-answer", "ä".encode())])
                            server.send_data(stream, text.encode(), pad_length=7)
                            server.send_headers(stream, [("etag", str(len(text)))], end_stream=True)
                    peer.sendall(server.data_to_send())
            except OSError:
                pass
            peer.close()
        """#

    @Test("Python's h2, which is strict about what it is sent")
    func python() async throws {
        guard let env = ChildProcess("env"),
            try await env.run(["python3", "-c", "import h2"]).status == 0
        else { return print("skipped: Python's h2 is not installed") }
        try await withPeerServer("env") { directory, port in
            let path = directory + "/server.py"
            try Data(Self.script.utf8).write(to: URL(fileURLWithPath: path))
            return ["python3", path, "\(port)"]
        } _: { server, _ in
            try await withClientOfHTTP2 { client async throws in
                let url = "http://127.0.0.1:\(server.port)"
                let none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
                for number in 0..<50 {
                    // Names and values that are repeated, and some that are not.
                    let name = "n\(number % 3)" + String(repeating: "x", count: number * 40)
                    let own = try #require(HTTPField.Name("X-Name"))
                    let fields: HTTPFields = [own: name, .cookie: "a=\(number)", .authorization: "Basic \(number)"]
                    let response = try await client.get(url + "/\(number)", headerFields: fields)
                    let text = try await response.text()
                    #expect(text == "GET /\(number) \(name) \(none)")
                    #expect(await response.body.trailers[.eTag] == "\(text.utf8.count)")
                }
                let pieces = stride(from: 0, to: Self.large.count, by: 100_000).map {
                    Array(Self.large[$0..<$0 + 100_000])
                }
                let body = HTTPRequestBody(Pieces(pieces: pieces))
                let text = try await client.put(url + "/put", body: body).text()
                #expect(text.hasPrefix("PUT /put None ") && !text.hasSuffix(none))
                #expect(try await client.put(url + "/put", body: .bytes(Self.large)).text() == text)
            }
        }
    }
}
