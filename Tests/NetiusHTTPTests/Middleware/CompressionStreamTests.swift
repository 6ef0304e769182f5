import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Compression: streams")
struct CompressionStreamTests {
    /// What arrives at the other end of a compressed stream, write by write.
    private static func writes(
        type: String = "text/plain", _ configuration: HTTPCompression = HTTPCompression(), contentLength: Int? = nil,
        _ write: nonisolated(nonsending) @escaping @Sendable (HTTPResponseWriter) async throws -> Void
    ) async throws -> (writes: [[UInt8]], trailers: HTTPFields?) {
        let response = try await CompressionTests.respond(
            HTTPResponse(.ok, headerFields: [.contentType: type], contentLength: contentLength, write),
            configuration)
        let (all, trailers) = (Box([[UInt8]]()), Box(HTTPFields?.none))
        try await response.body.write(
            to: HTTPResponseWriter { bytes in
                all.value.append(Array(bytes))
            } finish: {
                trailers.value = $0
            })
        return (all.value, trailers.value)
    }

    /// What can be decoded of what has arrived.
    private static func text(_ writes: some Sequence<[UInt8]>) throws -> String {
        var output: [UInt8] = []
        let bytes = writes.flatMap { $0 }
        _ = try Inflater(.gzip).inflate(bytes.span, into: &output, room: 1 << 20)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("Each write arrives at once, the empty one too, and the end after them")
    func eachWrite() async throws {
        let (writes, trailers) = try await Self.writes { writer in
            for text in ["one,", "", "two,", "three"] { try await writer.write(text) }
        }
        #expect(writes.count == 5 && trailers == nil)
        let expected = ["one,", "one,", "one,two,", "one,two,three", "one,two,three"]
        for count in 1...5 { #expect(try Self.text(writes.prefix(count)) == expected[count - 1]) }
        #expect(try decoded(writes.flatMap { $0 }) == Array("one,two,three".utf8))
    }

    @Test("With flushBytes, writes arrive together once they are as many; events still at once")
    func flushBytes() async throws {
        var configuration = HTTPCompression()
        configuration.flushBytes = 10
        let write: @Sendable (HTTPResponseWriter) async throws -> Void = { writer in
            for _ in 0..<5 { try await writer.write("1234") }
        }
        let together = try await Self.writes(configuration, write).writes
        #expect(together.count == 2)
        #expect(try Self.text(together.prefix(1)) == "123412341234")
        let events = try await Self.writes(type: "Text/Event-Stream; charset=utf-8", configuration, write).writes
        #expect(events.count == 6)
    }

    @Test("A large write arrives in pieces, whole")
    func large() async throws {
        let content = CodedSamples.noise + CodedSamples.zeros
        let writes = try await Self.writes { writer in try await writer.write(content) }.writes
        #expect(writes.allSatisfy { $0.count <= 1 << 15 } && writes.count > 3)
        #expect(try decoded(writes.flatMap { $0 }) == content)
    }

    @Test("Trailers come after the end, and nothing after them")
    func trailers() async throws {
        let refused = Box(false)
        let (writes, trailers) = try await Self.writes { writer in
            try await writer.write("content")
            try await writer.finish(trailers: [.eTag: "\"x\""])
            try await writer.finish(trailers: [.eTag: "\"y\""])
            do {
                try await writer.write("more")
            } catch HTTPServerError.responseEnded {
                refused.value = true
            }
        }
        #expect(trailers == [.eTag: "\"x\""] && refused.value)
        #expect(try decoded(writes.flatMap { $0 }) == Array("content".utf8))
    }

    @Test("More or less than the announced length is an error, though the length is not sent")
    func announcedLength() async throws {
        let exact = try await Self.writes(contentLength: 2000) { writer in
            try await writer.write([UInt8](repeating: 97, count: 1999))
            try await writer.write("b")
        }
        #expect(try decoded(exact.writes.flatMap { $0 }).count == 2000)
        for count in [0, 1999, 2001] {
            for isSwallowed in [false, true] where count > 2000 || !isSwallowed {
                await #expect(throws: HTTPServerError.contentLengthMismatch) {
                    try await Self.writes(contentLength: 2000) { writer in
                        do {
                            try await writer.write([UInt8](repeating: 97, count: count))
                        } catch  where isSwallowed {}
                    }
                }
            }
        }
    }

    @Test("What was lost is not made up for: after a write that failed there is no end")
    func failedWrite() async throws {
        let response = try await CompressionTests.respond(
            HTTPResponse(.ok, headerFields: CompressionTests.html) { writer in
                try? await writer.write("lost")
                await #expect(throws: HTTPServerError.responseEnded) { try await writer.write("more") }
            })
        let count = Box(0)
        await #expect(throws: HTTPServerError.responseEnded) {
            try await response.body.write(
                to: HTTPResponseWriter { _ in
                    count.value += 1
                    throw TestFailure("broken")
                })
        }
        #expect(count.value == 1)
    }

    @Test("Two writes at a time are refused, as they are without compression")
    func concurrentWrites() async throws {
        let (began, refused) = (Gate(), Gate())
        let response = try await CompressionTests.respond(
            HTTPResponse(.ok, headerFields: CompressionTests.html) { writer in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await writer.write("first") }
                    await began.wait()
                    await #expect(throws: ConnectionError.concurrentWrite) { try await writer.write("second") }
                    refused.open()
                    try await group.waitForAll()
                }
            })
        let all = Box([UInt8]())
        try await response.body.write(
            to: HTTPResponseWriter { bytes in
                began.open()
                await refused.wait()
                all.value += bytes
            })
        #expect(try decoded(all.value) == Array("first".utf8))
    }

    @Test("A task that was left behind gets no further than the response")
    func leftBehind() async throws {
        let (began, ended) = (Gate(), Gate())
        let task = Box(Task<Void, any Error>?.none)
        let response = try await CompressionTests.respond(
            HTTPResponse(.ok, headerFields: CompressionTests.html) { writer in
                let content = CodedSamples.noise
                task.value = Task { try await writer.write(content) }
                await began.wait()
            })
        await #expect(throws: ConnectionError.concurrentWrite) {
            try await response.body.write(
                to: HTTPResponseWriter { _ in
                    began.open()
                    await ended.wait()
                })
        }
        ended.open()
        await #expect(throws: HTTPServerError.responseEnded) { try await task.value?.value }
    }

    @Test("No more streams than allowed are compressed at a time; one that is over, or was never written, makes room")
    func maximumStreams() async throws {
        var configuration = HTTPCompression()
        configuration.maximumStreams = 2
        let compressor = HTTPResponseCompressor(configuration)
        let request = HTTPRequest(
            method: .get, scheme: nil, authority: nil, path: "/", headerFields: [.acceptEncoding: "gzip"])
        func compress(_ body: HTTPResponse.Body) -> HTTPResponse {
            compressor.compress(HTTPResponse(status: .ok, headerFields: CompressionTests.html, body: body), to: request)
        }
        let stream = HTTPResponse(.ok) { writer in try await writer.write("content") }.body
        for _ in 0..<3 {
            let held = [compress(stream), compress(.bytes(CodedSamples.zeros))]
            #expect(held.allSatisfy { $0.headerFields[.contentEncoding] == "gzip" })
            let refused = compress(stream)
            #expect(refused.headerFields == [.contentType: "text/html", .vary: "Accept-Encoding"])
            #expect(try await refused.body.collect(upTo: 100) == Array("content".utf8))
            // What is compressed in one go needs no room for longer.
            #expect(compress(.bytes(CodedSamples.text)).headerFields[.contentEncoding] == "gzip")
            #expect(try decoded(await held[0].body.collect(upTo: 100)) == Array("content".utf8))
        }
    }

    @Test("While much is compressed, others on the loop have their turn")
    func fairness() async throws {
        let loop = try EventLoop()
        let turns = Box(0)
        let content = [UInt8](repeating: 97, count: 4 << 20)
        let response = try await CompressionTests.respond(
            HTTPResponse(status: .ok, headerFields: CompressionTests.html, body: .bytes(content)))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(executorPreference: loop.taskExecutor) {
                while !Task.isCancelled {
                    turns.value += 1
                    await loop.yield()
                }
            }
            try await eventually("the other task runs") { turns.value > 0 }
            let before = turns.value
            try await Task(executorPreference: loop.taskExecutor) {
                _ = try await response.body.collect(upTo: 1 << 20)
            }.value
            #expect(turns.value - before >= 100)
            group.cancelAll()
        }
        await loop.shutdown()
    }
}
