import Netius
import TestSupport
import Testing

@testable import NetiusHTTP

@Suite("Decompression: requests")
struct DecompressionTests {
    /// What a handler behind the middleware gets: its fields, and what its body comes to.
    private static func receive(
        _ body: HTTPRequestBody, codings: [String], _ configuration: HTTPDecompression = HTTPDecompression()
    ) async throws -> (response: HTTPResponse, fields: HTTPFields?, content: [UInt8]?) {
        var request = HTTPRequest(method: .post, scheme: "http", authority: "h", path: "/", body: body)
        request.headerFields = [.contentType: "text/plain", .contentLength: "12345"]
        for coding in codings { request.headerFields.append(.contentEncoding, coding) }
        let (fields, content) = (Box(HTTPFields?.none), Box([UInt8]?.none))
        let handler = HTTPMiddleware.decompression(configuration)({ request in
            fields.value = request.headerFields
            content.value = try await request.body.collect(upTo: 100 << 20)
            return .ok("")
        })
        let response = try await handler(request)
        return (response, fields.value, content.value)
    }

    @Test(
        "The content is decoded, and no field says any more that it was coded",
        arguments: [
            (["gzip"], [HTTPContentCoding.gzip]), (["X-GZIP"], [.gzip]), (["deflate"], [.deflate]),
            (["gzip, gzip"], [.gzip, .gzip]), (["deflate,\tgzip "], [.deflate, .gzip]),
            (["gzip", "deflate"], [.gzip, .deflate]), (["identity, gzip"], [.gzip]), ([", gzip,,"], [.gzip]),
        ])
    func decodes(names: [String], codings: [HTTPContentCoding]) async throws {
        for sample in [[7], CodedSamples.text, CodedSamples.noise] {
            let bytes = codings.reduce(sample) { coded($0, $1) }
            let result = try await Self.receive(.bytes(bytes), codings: names)
            #expect(result.content == sample && result.response.status == .ok)
            #expect(result.fields == [.contentType: "text/plain"])
        }
    }

    @Test("A request without a coding, or with identity alone, keeps its content and its length")
    func untouched() async throws {
        for codings in [[], ["identity"], [""], ["Identity, identity"]] {
            let result = try await Self.receive(.bytes([1, 2, 3]), codings: codings)
            #expect(result.content == [1, 2, 3])
            #expect(result.fields == [.contentType: "text/plain", .contentLength: "12345"] || codings == [])
            #expect(result.fields?.contains(.contentEncoding) == false)
        }
    }

    @Test("Without content there is nothing to decode")
    func empty() async throws {
        #expect(try await Self.receive(.none, codings: ["gzip"]).content == [])
    }

    @Test("Content that arrives in pieces of any size is decoded", arguments: [1, 2, 13, 100])
    func pieces(size: Int) async throws {
        let rest = Box(coded(CodedSamples.text)[...])
        let body = HTTPRequestBody {
            let piece = rest.value.prefix(size)
            rest.value = rest.value.dropFirst(size)
            return piece.isEmpty ? nil : Array(piece)
        }
        #expect(try await Self.receive(body, codings: ["gzip"]).content == CodedSamples.text)
    }

    @Test(
        "What is not known, or too much of it, is refused with the names of what is known",
        arguments: [["br"], ["gzip, br"], ["compress"], ["gzip;q=1"], ["gzip gzip"], ["gzip, gzip, gzip"], ["*"]])
    func unknown(codings: [String]) async throws {
        let result = try await Self.receive(.bytes(coded([1])), codings: codings)
        #expect(result.response.status == .unsupportedMediaType && result.fields == nil)
        #expect(result.response.headerFields[.acceptEncoding] == "gzip, deflate")
    }

    @Test("A configuration may know less, or allow more layers")
    func configuration() async throws {
        var configuration = HTTPDecompression()
        configuration.codings = [.deflate]
        let refused = try await Self.receive(.bytes(coded([1])), codings: ["gzip"], configuration)
        #expect(refused.response.headerFields[.acceptEncoding] == "deflate")
        configuration = HTTPDecompression()
        configuration.maximumCodings = 3
        let bytes = coded(coded(coded(CodedSamples.text)))
        let result = try await Self.receive(.bytes(bytes), codings: ["gzip, gzip, gzip"], configuration)
        #expect(result.content == CodedSamples.text)
    }

    @Test("What is wrong with the content is thrown to the reader, each time it reads")
    func errors() async throws {
        let good = coded(CodedSamples.text)
        let cases: [([UInt8], HTTPContentCodingError, HTTPResponse.Status)] = [
            ([1, 2, 3], .malformed, .badRequest), (Array(good.dropLast()), .truncated, .badRequest),
            (good + [0], .trailingData, .badRequest),
            (InflaterLimitTests.bomb(mebibytes: 1024), .tooExpansive, .contentTooLarge),
            (coded([UInt8](repeating: 0, count: (1 << 20) + 1)), .tooExpansive, .contentTooLarge),
        ]
        for (bytes, error, status) in cases {
            await #expect(throws: error) { try await Self.receive(.bytes(bytes), codings: ["gzip"]) }
            #expect(error.status == status && error.message != nil)
        }
    }

    @Test("More than the maximum size is refused, the maximum is not")
    func size() async throws {
        var configuration = HTTPDecompression()
        configuration.maximumSize = 1000
        let fits = try await Self.receive(
            .bytes(coded([UInt8](repeating: 0, count: 1000))), codings: ["gzip"], configuration)
        #expect(fits.content?.count == 1000)
        await #expect(throws: HTTPContentCodingError.tooLarge) {
            try await Self.receive(
                .bytes(coded([UInt8](repeating: 0, count: 1001))), codings: ["gzip"], configuration)
        }
    }

    @Test("An error of the content itself comes through, and its end does not look like the end")
    func incomplete() async throws {
        let isFirst = Box(true)
        let bytes = coded(CodedSamples.text)
        let body = HTTPRequestBody {
            guard isFirst.value else { throw HTTPBodyError.incomplete }
            isFirst.value = false
            return bytes
        }
        await #expect(throws: HTTPBodyError.incomplete) { try await Self.receive(body, codings: ["gzip"]) }
    }

    @Test("Two that read at a time are refused, as they are without decompression")
    func concurrentReads() async throws {
        let (began, refused) = (Gate(), Gate())
        let body = HTTPRequestBody {
            began.open()
            await refused.wait()
            return nil
        }
        let content = HTTPDecodedContent(of: body, HTTPContentDecoder([.gzip], limits: Inflater.Limits()))
        let first = Task { try await content.next() }
        await began.wait()
        await #expect(throws: HTTPBodyError.concurrentRead) { try await content.next() }
        refused.open()
        #expect(try await first.value == nil)
    }

    @Test("While much is decoded, others on the loop have their turn")
    func fairness() async throws {
        let loop = try EventLoop()
        let bytes = coded([UInt8](repeating: 0, count: 8 << 20))
        var limits = Inflater.Limits()
        limits.ratio = 2000
        let content = HTTPDecodedContent(of: .bytes(bytes), HTTPContentDecoder([.gzip], limits: limits))
        let turns = Box(0)
        let other = Task(executorPreference: loop.taskExecutor) {
            while !Task.isCancelled {
                turns.value += 1
                await loop.yield()
            }
        }
        try await eventually("the other task runs") { turns.value > 0 }
        let before = turns.value
        let count = try await Task(executorPreference: loop.taskExecutor) {
            var count = 0
            while let bytes = try await content.next() { count += bytes.count }
            return count
        }.value
        #expect(count == 8 << 20 && turns.value - before >= 30)
        other.cancel()
        await other.value
        await loop.shutdown()
    }
}
