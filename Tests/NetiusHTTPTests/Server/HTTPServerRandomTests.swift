import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// A request of a random kind and what must come of it.
private struct Exchange {
    var request: String
    var method = "GET"
    var status = 200
    var body = ""
    var framing = RawResponse.Framing.length
    var closes = false
    var mayContinue = false

    init(_ number: Int, isLast: Bool, in mode: TransportMode, using random: inout SeededGenerator) {
        let text = String(repeating: "\(number)-", count: Int.random(in: 0...400, using: &random))
        let (path, fields): (String, String)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: (path, body) = ("/bytes/\(text.utf8.count)", String(repeating: "a", count: text.utf8.count))
        case 1:
            (path, body, framing) = (
                "/stream/\(text.utf8.count)", String(repeating: "b", count: text.utf8.count), .chunked
            )
        case 2: (path, body) = ("/length/\(text.utf8.count)", String(repeating: "c", count: text.utf8.count))
        case 3: (path, status, body) = ("/status/404", 404, "404 Not Found\n")
        default: (path, body) = ("/echo", text)
        }
        let isEcho = path == "/echo"
        let isOld = Int.random(in: 0..<8, using: &random) == 0 && !mode.isHTTP2
        let kind = isOld ? Int.random(in: 0..<2, using: &random) : Int.random(in: 0..<3, using: &random)
        var content = ""
        switch kind {
        case 0:
            method = ["GET", "HEAD", "DELETE"][Int.random(in: 0..<(isEcho ? 1 : 3), using: &random)]
            fields = ""
            if isEcho { body = "" }
        case 1:
            method = "POST"
            fields = "Content-Length: \(text.utf8.count)\r\n"
            content = text
        default:
            method = "PUT"
            fields = "Transfer-Encoding: chunked\r\n"
            var rest = text[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...300, using: &random))
                content += "\(String(piece.utf8.count, radix: 16));x=y\r\n\(piece)\r\n"
                rest = rest.dropFirst(piece.count)
            }
            content += "0\r\nX-Trailer: 1\r\n\r\n"
        }
        mayContinue = !isOld && kind > 0 && Int.random(in: 0..<4, using: &random) == 0
        if method == "HEAD" { (body, framing) = ("", .none) }
        // Whoever is answered without having been told to go on may send the body or not.
        closes = isLast || (isOld && framing == .chunked) || (mayContinue && !isEcho)
        if isOld, framing == .chunked { framing = .close }
        if mode.isHTTP2 {
            closes = false
            if framing == .chunked { framing = .frames }
        }
        let target = Int.random(in: 0..<6, using: &random) == 0 ? "http://h\(path)" : path
        let persistence = isLast ? "Connection: close\r\n" : isOld ? "Connection: keep-alive\r\n" : ""
        request =
            "\(method) \(target) HTTP/1.\(isOld ? 0 : 1)\r\nHost: h\r\n"
            + (mayContinue ? "Expect: 100-continue\r\n" : "") + persistence + fields + "\r\n" + content
    }
}

@Suite("HTTP server: random requests", .timeLimit(.minutes(5)))
struct HTTPServerRandomTests {
    /// Answers as the path says; a part of the handlers leaves the body unread, and a part suspends.
    @Sendable private static func handler(_ request: HTTPRequest) async throws -> HTTPResponse {
        let parts = (request.path ?? "").split(separator: "/")
        if parts.first == "echo" {
            return HTTPResponse(status: .ok, body: .bytes(try await request.body.collect(upTo: 10_000)))
        }
        let size = Int(parts.last ?? "") ?? 0
        if size.isMultiple(of: 3) { await Task.yield() }
        switch parts.first {
        case "bytes": return HTTPResponse(status: .ok, body: .bytes([UInt8](repeating: 97, count: size)))
        case "stream":
            return HTTPResponse(.ok) { writer in
                for _ in 0..<size { try await writer.write("b") }
            }
        case "length":
            return HTTPResponse(.ok, contentLength: size) { writer in
                try await writer.write([UInt8](repeating: 99, count: size / 2))
                for try await _ in request.body {}
                try await writer.write([UInt8](repeating: 99, count: size - size / 2))
            }
        default: throw HTTPError(HTTPResponse.Status(code: size))
        }
    }

    @Test(
        "Requests of all kinds on one connection, in random pieces, get what a model says", arguments: 1...40,
        TransportMode.allCases)
    func model(seed: Int, mode: TransportMode) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        var exchanges: [Exchange] = []
        let count = Int.random(in: 1...40, using: &random)
        while exchanges.count < count, exchanges.last?.closes != true {
            exchanges.append(Exchange(exchanges.count, isLast: exchanges.count == count - 1, in: mode, using: &random))
        }
        let bytes = octets(exchanges.map(\.request).joined())
        let largest = [3, 100, 5000][Int.random(in: 0..<3, using: &random)]
        let pieces = (0..<500).map { _ in Int.random(in: 1...largest, using: &random) }
        try await withServer(in: mode, handler: Self.handler) { server in
            let client = try await server.connect()
            async let sent: Void = client.send(bytes, pieces: pieces)
            for exchange in exchanges {
                var response = try await client.response(to: exchange.method)
                if exchange.mayContinue, response.status == 100 {
                    response = try await client.response(to: exchange.method)
                }
                #expect(response.status == exchange.status)
                #expect(response.text == exchange.body, "\(exchange.request.prefix(100))")
                #expect(response.framing == exchange.framing)
                #expect((response["Connection"] == "close") == exchange.closes)
                if response.status != exchange.status || response["Connection"] == "close" { break }
            }
            try await sent
            #expect(mode.isHTTP2 ? !client.hasMore : try await client.isClosedByServer())
            await client.close()
        }
    }
}
