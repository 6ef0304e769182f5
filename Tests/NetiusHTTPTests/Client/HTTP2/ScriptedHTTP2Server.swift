import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

/// A request as a scripted server has received it.
struct ScriptedHTTP2Request: Sendable {
    let stream: UInt32
    let fields: [(name: String, value: String)]
    /// Whether there is no content.
    let isEnded: Bool

    subscript(name: String) -> String? { fields.first { $0.name == name }?.value }
    var path: String { self[":path"] ?? "" }
}

/// One connection of a server of HTTP/2 that does what a test tells it to, frame by frame, right or wrong.
final class ScriptedHTTP2Connection: @unchecked Sendable {
    // @unchecked: used by one task at a time.
    static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)

    let wire: ScriptedConnection
    private var reader = RawHPACKReader()
    /// The settings that the client has sent.
    private(set) var settings: [UInt16: UInt32] = [:]
    /// Whether they are answered.
    var answersSettings = true

    init(_ wire: ScriptedConnection) {
        self.wire = wire
    }

    /// Reads the client's preface.
    func readPreface() async throws {
        guard try await wire.read(Self.preface.count) == Self.preface else { throw RawError.malformed("preface") }
    }

    /// Reads the client's preface, and sends settings.
    func start(_ settings: [(UInt16, UInt32)] = []) async throws {
        try await readPreface()
        try await send(.settings(settings))
    }

    func send(_ frames: RawFrame...) async throws { try await send(octets: frames.flatMap(\.octets)) }

    func send(octets: [UInt8]) async throws { try await wire.connection.write(octets) }

    /// The next frame; nil once the client has closed.
    func frame() async throws -> RawFrame? {
        let head: [UInt8]
        do {
            head = try await wire.read(9)
        } catch RawError.closed {
            return nil
        }
        let payload = try await wire.read(Int(head.number(at: 0, count: 3)))
        let frame = RawFrame(kind: head[3], flags: head[4], stream: head.number(at: 5), payload: payload)
        if frame.kind == RawFrame.Kind.settings, !frame.has(RawFrame.Flag.acknowledgement) {
            for offset in stride(from: 0, to: payload.count, by: 6) {
                settings[UInt16(payload.number(at: offset, count: 2))] = payload.number(at: offset + 2)
            }
            if answersSettings { try await send(.settingsAcknowledgement) }
        }
        return frame
    }

    /// The next frame of the kind; others are passed over.
    func frame(_ kind: UInt8) async throws -> RawFrame {
        while let frame = try await frame() {
            if frame.kind == kind { return frame }
        }
        throw RawError.closed
    }

    /// The next request; frames that are none are passed over.
    func request() async throws -> ScriptedHTTP2Request {
        let frame = try await frame(RawFrame.Kind.headers)
        return try await request(from: frame)
    }

    /// The request that a HEADERS frame begins.
    func request(from frame: RawFrame) async throws -> ScriptedHTTP2Request {
        var block = frame.payload
        var last = frame
        while !last.has(RawFrame.Flag.endHeaders) {
            last = try await self.frame(RawFrame.Kind.continuation)
            block += last.payload
        }
        let fields = try reader.fields(of: block).map { (name: $0.0, value: $0.1) }
        return ScriptedHTTP2Request(
            stream: frame.stream, fields: fields, isEnded: frame.has(RawFrame.Flag.endStream))
    }

    /// The content on a stream up to its end, with windows opened as need be.
    func content(of stream: UInt32, credits: Bool = true) async throws -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let frame = try await frame(RawFrame.Kind.data)
            guard frame.stream == stream else { continue }
            content += frame.payload
            if frame.has(RawFrame.Flag.endStream) { return content }
            guard credits, !frame.payload.isEmpty else { continue }
            let count = UInt32(frame.payload.count)
            try await send(.windowUpdate(0, count), .windowUpdate(stream, count))
        }
    }

    /// Answers a request.
    func respond(
        _ stream: UInt32, _ text: String? = nil, status: Int = 200, _ fields: [(String, String)] = []
    ) async throws {
        let head = RawFrame.headers(stream, Self.head(status, fields), ends: text == nil)
        guard let text else { return try await send(head) }
        try await send(head, .data(stream, text, ends: true))
    }

    static func head(_ status: Int, _ fields: [(String, String)] = []) -> [UInt8] {
        RawHPACK.block([(":status", "\(status)")] + fields)
    }

    /// Answers every request with its path, until the client closes.
    func echoPaths() async throws {
        while let frame = try await frame() {
            guard frame.kind == RawFrame.Kind.headers else { continue }
            let request = try await request(from: frame)
            try await respond(request.stream, request.path)
        }
    }

    /// Waits until the client has closed.
    func waitForEnd() async { await wire.waitForEnd() }
}

/// Runs a server of HTTP/2 in clear text around a test. The script is called for each connection with its number from 0
/// on, and the connection closed when it ends.
func withScriptedHTTP2Server<Result>(
    _ script: @escaping @Sendable (ScriptedHTTP2Connection, Int) async throws -> Void,
    _ test: (ScriptedServer) async throws -> Result
) async throws -> Result {
    try await withScriptedServer({ try await script(ScriptedHTTP2Connection($0), $1) }, test)
}

/// Runs a client that speaks HTTP/2 in any case around a test.
func withClientOfHTTP2<Result>(
    _ configure: (inout HTTPClient.Configuration) -> Void = { _ in }, _ test: (HTTPClient) async throws -> Result
) async throws -> Result {
    try await withClient(
        {
            $0.http2 = .priorKnowledge
            configure(&$0)
        }, test)
}

extension HTTPClientResponse {
    /// All of its content, as text.
    func text() async throws -> String { try await body.text(upTo: 100 << 20) }
}
