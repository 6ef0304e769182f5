import Foundation
import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("HTTP/2 server: clients of others", .serialized, .timeLimit(.minutes(5)))
struct HTTP2ClientsTests {
    /// Runs a server around a test that is told its URL, and a file with the certificate to trust over TLS.
    private func withURL(
        _ wire: HTTP2Wire, _ test: (_ url: String, _ certificate: String) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            let certificate = directory + "/a.crt"
            let pem = try HTTP2TestServer.identity.get().chain.map(\.pem).joined()
            try Data(pem.utf8).write(to: URL(fileURLWithPath: certificate))
            try await withHTTP2Server(over: wire) { server in
                let scheme = wire == .tls ? "https" : "http"
                try await test("\(scheme)://localhost:\(server.server.port)", certificate)
            }
        }
    }

    private func curl(_ wire: HTTP2Wire, _ certificate: String, _ arguments: [String]) async throws -> String? {
        guard let curl = ChildProcess("curl") else { return nil }
        let protocols = wire == .tls ? ["--http2", "--cacert", certificate] : ["--http2-prior-knowledge"]
        let common = ["-sS", "-m", "60", "--noproxy", "*", "-4"]
        let result = try await curl.run(common + protocols + arguments)
        guard !result.errors.contains("does not support") else {
            print("skipped: curl does not speak HTTP/2")
            return nil
        }
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    @Test("curl: GET, HEAD, POST, and many requests at once", arguments: HTTP2Wire.allCases)
    func curl(wire: HTTP2Wire) async throws {
        try await withURL(wire) { url, certificate in
            let version = " %{http_version}"
            guard let get = try await curl(wire, certificate, ["-w", version, url]) else { return }
            #expect(get == "hello 2")
            let head = try await curl(wire, certificate, ["-I", url])
            #expect(head?.hasPrefix("HTTP/2 200") == true && head?.contains("content-length: 5") == true)
            let post = try await curl(wire, certificate, ["-w", version, "-d", "name=value", "\(url)/echo"])
            #expect(post == "name=value 2")
            // In clear text this version of curl cannot.
            guard wire == .tls else { return }
            let many = ["-Z", "-w", "%{num_connects}", "-o", "/dev/null", "\(url)/[1-50]"]
            let connects = try await curl(wire, certificate, many)
            #expect(connects?.count == 50)
        }
    }

    @Test("curl: large content both ways, and content that waits for 100 (Continue)", arguments: HTTP2Wire.allCases)
    func curlContent(wire: HTTP2Wire) async throws {
        try await withTemporaryDirectory { directory in
            let bytes = Data((0..<1_500_000).map { UInt8(truncatingIfNeeded: $0 ^ $0 >> 8) })
            try bytes.write(to: URL(fileURLWithPath: directory + "/in"))
            try await withURL(wire) { url, certificate in
                let arguments = ["-T", directory + "/in", "-o", directory + "/out", "-w", "%{http_code}"]
                let status = try await curl(wire, certificate, arguments + ["\(url)/echo"])
                guard let status else { return }
                #expect(status == "200")
                #expect(try Data(contentsOf: URL(fileURLWithPath: directory + "/out")) == bytes)
                let expecting = ["-H", "Expect: 100-continue", "--expect100-timeout", "50", "-d", "hello"]
                #expect(try await curl(wire, certificate, expecting + ["\(url)/echo"]) == "hello")
            }
        }
    }

    @Test("curl: an upgrade from HTTP/1, which RFC 9113 took out, is answered in HTTP/1")
    func curlUpgrade() async throws {
        try await withURL(.clear) { url, _ in
            guard let curl = ChildProcess("curl") else { return }
            let arguments = ["-sS", "-m", "60", "--noproxy", "*", "-4", "--http2", "-w", " %{http_version}", url]
            let result = try await curl.run(arguments)
            guard !result.errors.contains("does not support") else { return }
            #expect(result.output == "hello 1.1", "\(result.errors)")
        }
    }

    @Test("nghttp: requests, content, trailers and padding", arguments: HTTP2Wire.allCases)
    func nghttp(wire: HTTP2Wire) async throws {
        guard let nghttp = ChildProcess("nghttp") else { return }
        try await withURL(wire) { url, _ in
            let get = try await nghttp.run(["-m", "20", "--no-verify-peer", url])
            #expect(get.output == String(repeating: "hello", count: 20), "\(get.errors)")
            let padded = try await nghttp.run(["-b", "100", "-d", "/dev/stdin", "\(url)/echo"], input: "content")
            #expect(padded.output == "content", "\(padded.errors)")
            let trailers = try await nghttp.run(
                ["--trailer", "x-test: ok", "-d", "/dev/stdin", "\(url)/trailers"], input: "content")
            #expect(trailers.output == "x-test=ok", "\(trailers.errors)")
            let continued = try await nghttp.run(["--continuation", "\(url)/fields"])
            #expect(continued.output.contains("continuation-test"), "\(continued.errors)")
        }
    }

    @Test("h2load: thousands of requests without a failure", arguments: HTTP2Wire.allCases)
    func h2load(wire: HTTP2Wire) async throws {
        guard let h2load = ChildProcess("h2load") else { return }
        try await withURL(wire) { url, _ in
            let result = try await h2load.run(["-n", "2000", "-c", "5", "-m", "100", url])
            #expect(result.output.contains("2000 succeeded, 0 failed, 0 errored"), "\(result.output)")
            let bulk = try await h2load.run(["-n", "40", "-c", "2", "-m", "20", "\(url)/zeros/500000"])
            #expect(bulk.output.contains("40 succeeded, 0 failed, 0 errored"), "\(bulk.output)")
        }
    }

    @Test("httpx: requests at once, streams both ways, cookies", arguments: HTTP2Wire.allCases)
    func httpx(wire: HTTP2Wire) async throws {
        guard let python = try await ChildProcess.python(with: "httpx, h2") else { return }
        let script = """
            import asyncio, httpx, ssl, sys
            url, certificate = sys.argv[1:3]
            async def pieces():
                for number in range(60): yield b"x" * 1000 * number
            async def main():
                verify = ssl.create_default_context(cafile=certificate) if url.startswith("https") else True
                options = dict(http1=False, http2=True, verify=verify, timeout=60, trust_env=False)
                async with httpx.AsyncClient(**options) as client:
                    responses = await asyncio.gather(*[client.get(url + "/%d" % number) for number in range(90)])
                    for response in responses:
                        assert response.http_version == "HTTP/2" and response.text == "hello", response
                    response = await client.post(url + "/echo", content=pieces())
                    assert response.content == b"x" * 1770000, len(response.content)
                    response = await client.head(url)
                    assert response.headers["content-length"] == "5" and response.content == b""
                    client.cookies.set("a", "b")
                    client.cookies.set("c", "d")
                    text = (await client.get(url + "/fields")).text
                    assert "cookie=a=b; c=d" in text, text
                    async with client.stream("GET", url + "/stream/1000") as response:
                        async for part in response.aiter_bytes(): break
                    assert (await client.get(url)).text == "hello"
                print("fine")
            asyncio.run(main())
            """
        try await withURL(wire) { url, certificate in
            let result = try await python.run(["-c", script, url, certificate])
            #expect(result.output == "fine\n", "\(result.errors)")
        }
    }

    @Test("h2: what another implementation of the protocol makes of a connection is free of errors")
    func h2() async throws {
        guard let python = try await ChildProcess.python(with: "h2") else { return }
        let script = """
            import h2.config, h2.connection, h2.events, socket, sys
            port = int(sys.argv[1])
            raw = socket.create_connection(("127.0.0.1", port), timeout=60)
            connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
            connection.initiate_connection()
            head = [(":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", "/echo")]
            content, received, ended = b"0123456789" * 50000, {}, set()
            def pump():
                raw.sendall(connection.data_to_send())
                data = raw.recv(65536)
                assert data, "closed"
                for event in connection.receive_data(data):
                    if isinstance(event, h2.events.DataReceived):
                        received[event.stream_id] = received.get(event.stream_id, b"") + event.data
                        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    elif isinstance(event, h2.events.StreamEnded): ended.add(event.stream_id)
                    elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)): sys.exit(str(event))
            for number in range(5):
                stream = connection.get_next_available_stream_id()
                connection.send_headers(stream, head)
                rest = content
                while rest:
                    size = min(connection.local_flow_control_window(stream) - 1, 16000, len(rest))
                    if size <= 0:
                        pump()
                        continue
                    connection.send_data(stream, rest[:size], pad_length=0 if number % 2 else None)
                    rest = rest[size:]
                connection.end_stream(stream)
                while stream not in ended: pump()
                assert received[stream] == content, len(received[stream])
            connection.ping(b"01234567")
            raw.sendall(connection.data_to_send())
            pings = []
            while not pings:
                pings = [event for event in connection.receive_data(raw.recv(65536))
                         if isinstance(event, h2.events.PingAckReceived)]
            print("fine")
            """
        try await withHTTP2Server { server in
            let result = try await python.run(["-c", script, "\(server.server.port)"])
            #expect(result.output == "fine\n", "\(result.errors)")
        }
    }
}
