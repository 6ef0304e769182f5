import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Which version a server speaks") struct HTTP2ServerProtocolTests {
    @Test("the preface is recognised however it is cut")
    func cutPreface() async throws {
        try await withHTTP2Server { server in
            for cut in 1..<RawHTTP2Client.preface.count {
                let client = try await server.dial()
                try await client.send(octets: Array(RawHTTP2Client.preface[..<cut]))
                await Task.yield()
                try await client.send(octets: Array(RawHTTP2Client.preface[cut...]))
                try await client.send(.settings())
                try await client.expectResponse(200, "hello", on: client.get())
                await client.close()
            }
        }
    }

    @Test("HTTP/1 and HTTP/2 share a port")
    func shared() async throws {
        try await withHTTP2Client { client, server in
            try await client.expectLife()
            let raw = try await server.server.connect()
            try await raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await raw.response().text == "hello")
            await raw.close()
            try await client.expectLife()
        }
    }

    @Test("a server of HTTP/1 alone does not answer the preface with HTTP/2")
    func http1Alone() async throws {
        try await withHTTP2Server {
            $0.protocols = .http1
        } _: { server in
            let raw = try await server.server.connect()
            try await raw.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            #expect(try await raw.response().status == 505)
            await raw.close()
        }
    }

    @Test("after a request of HTTP/1 the preface is no preface")
    func afterRequest() async throws {
        try await withHTTP2Server { server in
            let raw = try await server.server.connect()
            try await raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            #expect(try await raw.responses(2).map(\.status) == [200, 505])
            await raw.close()
        }
    }

    @Test("over TLS a server offers what it speaks", arguments: [HTTPProtocols.http1, .http2, [.http1, .http2]])
    func offered(_ protocols: HTTPProtocols) async throws {
        let identity = try HTTP2TestServer.identity.get()
        try await withHTTP2Server(over: .tls) {
            $0.protocols = protocols
        } _: { server in
            var configuration = TLSClientConfiguration()
            configuration.trustRoots = .certificates(identity.chain)
            let context = try TLSClientContext(configuration)
            for name in ["h2", "http/1.1"] {
                let connection = try await Connection.connect(to: server.server.address)
                let isSpoken = protocols.applicationProtocols.contains(name)
                do {
                    try await connection.startTLS(context, serverName: "localhost", applicationProtocols: [name])
                    #expect(await connection.tls?.applicationProtocol == (isSpoken ? name : nil))
                } catch {
                    #expect(!isSpoken, "\(error)")
                }
                await connection.close()
            }
        }
    }
}
