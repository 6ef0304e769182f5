import Netius
import Testing

@testable import NetiusHTTP

@Suite("Random responses")
struct HTTP1ResponseModelTests {
    private struct Expected: Equatable {
        var code: Int
        var reasonPhrase: String
        var fields: HTTPFields
        var body: [UInt8] = []
        var trailers: HTTPFields?
        var keepsAlive: Bool
        var isInterim = false

        init(_ message: ResponseTranscript.Message) {
            code = message.code
            reasonPhrase = message.reasonPhrase
            fields = message.fields
            fields.removeAll { [.contentLength, .transferEncoding, .connection].contains($0.name) }
            body = message.body
            trailers = message.trailers
            keepsAlive = message.keepsAlive
            isInterim = message.isInterim
        }

        init(_ status: HTTPResponse.Status, _ fields: HTTPFields, keepsAlive: Bool) {
            code = status.code
            reasonPhrase = status.reasonPhrase
            self.fields = fields
            self.keepsAlive = keepsAlive
        }
    }

    private static let methods: [HTTPRequest.Method] = [.get, .head, .post, .connect, .delete]
    private static let statuses: [HTTPResponse.Status] = [
        .ok, .noContent, .notModified, .notFound, .internalServerError, .found, .created,
        HTTPResponse.Status(code: 299, reasonPhrase: "A phrase of one's own"),
        HTTPResponse.Status(code: 420, reasonPhrase: ""),
        HTTPResponse.Status(code: 200, reasonPhrase: "Gr\u{FC}\u{DF}e"),
    ]

    @Test("Are read as they were written, in whatever pieces they arrive", arguments: 0..<4)
    func roundTrip(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed) + 31)
        for round in 0..<1_500 {
            let output = OutputBuffer()
            var methods: [HTTPRequest.Method] = []
            var expected: [Expected] = []
            var isLast = false
            repeat {
                let method = Self.methods[Int.random(in: 0..<Self.methods.count, using: &generator)]
                methods.append(method)
                isLast = try write(to: method, output, &expected, &generator) || methods.count == 4
            } while !isLast
            let input = output.bytes
            var pieces: [Int] = []
            while pieces.reduce(0, +) < input.count { pieces.append(Int.random(in: 1...40, using: &generator)) }
            let transcript = ResponseTranscript(input, to: methods, pieces: pieces, ends: true)
            #expect(transcript.error == nil)
            #expect(transcript.extra.isEmpty)
            #expect(transcript.final.filter { !$0.isComplete }.isEmpty)
            guard transcript.messages.map(Expected.init) == expected else {
                Issue.record("seed \(seed), round \(round): \(String(decoding: input, as: UTF8.self))")
                return
            }
        }
    }

    /// Writes a response, perhaps behind interim ones; true if none can follow it.
    private func write(
        to method: HTTPRequest.Method, _ output: OutputBuffer, _ expected: inout [Expected],
        _ generator: inout SeededGenerator
    ) throws -> Bool {
        for _ in 0..<max(0, Int.random(in: -3...2, using: &generator)) {
            let fields = Self.fields(&generator)
            try HTTP1ResponseEncoder.appendInterim(.earlyHints, fields, to: output)
            expected.append(Expected(.earlyHints, fields, keepsAlive: false))
            expected[expected.count - 1].isInterim = true
        }
        let status = Self.statuses[Int.random(in: 0..<Self.statuses.count, using: &generator)]
        let body = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        let framing: HTTP1ResponseFraming =
            Int.random(in: 0..<8, using: &generator) == 0 && status.code >= 200 && status.code != 204
                && status.code != 304 && method != .head && method != .connect
            ? .closeDelimited
            : HTTP1ResponseFraming(
                status: status, method: method, version: .http11,
                contentLength: Bool.random(using: &generator) ? body.count : nil)
        let persistence: HTTP1Persistence =
            framing == .closeDelimited || Int.random(in: 0..<6, using: &generator) == 0
            ? .close : Bool.random(using: &generator) ? .keepAlive : .implied
        let fields = Self.fields(&generator)
        try HTTP1ResponseEncoder.appendHead(
            status, fields, framing: framing, persistence: persistence, date: [], to: output)
        var message = Expected(status, fields, keepsAlive: persistence != .close && framing != .tunnel)
        switch framing {
        case .length, .closeDelimited:
            output.append(body)
            message.body = body
        case .chunked:
            var rest = body[...]
            while !rest.isEmpty {
                let chunk = Array(rest.prefix(Int.random(in: 1...20, using: &generator)))
                rest = rest.dropFirst(chunk.count)
                HTTP1ChunkedEncoder.appendChunk(chunk.span, to: output)
            }
            message.trailers = Bool.random(using: &generator) ? [HTTPField.Name("X-Sum")!: "\(body.count)"] : nil
            HTTP1ChunkedEncoder.appendLastChunk(trailers: message.trailers, to: output)
            message.body = body
        case .none, .tunnel: break
        }
        expected.append(message)
        return persistence == .close || framing == .tunnel
    }

    private static func fields(_ generator: inout SeededGenerator) -> HTTPFields {
        let names: [HTTPField.Name] = [.server, .setCookie, .eTag, .vary, .contentType]
        var fields = HTTPFields()
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
            let value = String(repeating: "v\u{E4} l\t", count: Int.random(in: 0...4, using: &generator))
            fields.append(names[Int.random(in: 0..<names.count, using: &generator)], value)
        }
        return fields
    }
}
