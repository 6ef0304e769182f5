internal import Netius

/// Compresses the responses of a server.
final class HTTPResponseCompressor: Sendable {
    private let configuration: HTTPCompression
    let pools: [HTTPContentCoding: DeflaterPool]
    /// How many streams are being compressed, or are about to be.
    private let streams = Guarded(0)

    init(_ configuration: HTTPCompression) {
        self.configuration = configuration
        var pools: [HTTPContentCoding: DeflaterPool] = [:]
        for coding in configuration.codings { pools[coding] = DeflaterPool(coding, level: configuration.level) }
        self.pools = pools
    }

    /// Whether the size alone says that the response is left alone.
    @inline(__always)
    func isTooSmall(_ response: HTTPResponse) -> Bool {
        switch response.body.storage {
        case .text(let text): text.utf8.count < configuration.minimumSize
        case .bytes(let bytes): bytes.count < configuration.minimumSize
        default: false
        }
    }

    /// The response, compressed if that is to be.
    func compress(_ response: HTTPResponse, to request: HTTPRequest) -> HTTPResponse {
        switch configuration.plan(for: response, to: request) {
        case .leave:
            return response
        case .identity:
            return varying(response)
        case .notModified:
            var response = varying(response)
            response.headerFields.restoreWeakTag(asIn: request.headerFields)
            return response
        case .encode(let coding):
            guard let pool = pools[coding] else { return response }
            return encode(response, with: pool, to: request)
        }
    }

    private func encode(
        _ response: HTTPResponse, with pool: DeflaterPool, to request: HTTPRequest
    ) -> HTTPResponse {
        var encoded = response
        encoded.headerFields.describe(pool.coding)
        // HEAD is told of the same coding, but not of the length, which nobody knows yet (RFC 9110 §9.3.2).
        if request.method == .head {
            encoded.body = .none
            return encoded
        }
        switch response.body.storage {
        case .text(let text) where text.utf8.count <= configuration.maximumWholeSize:
            return whole(text.utf8.span, of: response, encoded, with: pool)
        case .bytes(let bytes) where bytes.count <= configuration.maximumWholeSize:
            return whole(bytes.span, of: response, encoded, with: pool)
        default:
            guard let reservation = DeflaterReservation.make(in: streams, of: configuration.maximumStreams, pool)
            else { return varying(response) }
            encoded.body = stream(response, with: reservation)
            return encoded
        }
    }

    /// The response with the bytes compressed or, if that does not make them fewer, as it was.
    private func whole(
        _ bytes: Span<UInt8>, of response: HTTPResponse, _ encoded: HTTPResponse, with pool: DeflaterPool
    ) -> HTTPResponse {
        let deflater = pool.take()
        defer { pool.giveBack(deflater) }
        var output: [UInt8] = []
        let step = deflater.deflate(bytes, .finish, into: &output, room: bytes.count)
        guard step.isDone, output.count < bytes.count else { return varying(response) }
        var encoded = encoded
        encoded.body = .bytes(output)
        return encoded
    }

    /// The response as it is, but for saying that it could have been another.
    private func varying(_ response: HTTPResponse) -> HTTPResponse {
        var response = response
        response.headerFields.vary(on: .acceptEncoding)
        return response
    }

    /// The body, compressed while it is sent.
    private func stream(_ response: HTTPResponse, with reservation: DeflaterReservation) -> HTTPResponse.Body {
        let body = response.body
        let flushBytes = flushBytes(of: response)
        return HTTPResponse.Body(
            storage: .stream(contentLength: nil) { writer in
                let pool = reservation.pool
                let compressing = HTTPCompressingWriter(
                    to: writer, pool.take(), flushBytes: flushBytes, contentLength: body.contentLength)
                defer { if let deflater = compressing.end() { pool.giveBack(deflater) } }
                try await body.write(to: compressing.writer)
                try await compressing.finish(trailers: nil)
            })
    }

    /// What may wait in the compressor; nil for content that is there already and need not be flushed at all.
    private func flushBytes(of response: HTTPResponse) -> Int? {
        guard case .stream = response.body.storage else { return nil }
        return response.headerFields.isEventStream ? 0 : configuration.flushBytes
    }
}

extension HTTPFields {
    /// Says what is true of content after it is coded.
    fileprivate mutating func describe(_ coding: HTTPContentCoding) {
        self[.contentEncoding] = coding.rawValue
        vary(on: .acceptEncoding)
        remove(.contentLength)
        // Ranges would be of the coded content, which is not the same each time.
        remove(.acceptRanges)
        weakenTag()
    }

    /// The same version, though not octet for octet (RFC 9110 §8.8.3.3).
    private mutating func weakenTag() {
        if let tag = self[.eTag], tag.hasPrefix("\"") { self[.eTag] = "W/" + tag }
    }

    /// The tag of a stored response is that under which it was sent: if the client names it as weak, it was compressed.
    fileprivate mutating func restoreWeakTag(asIn request: HTTPFields) {
        guard let tag = self[.eTag], let known = request[.ifNoneMatch],
            case .tags(let tags)? = HTTPEntityTagList(known),
            tags.contains(where: { $0.isWeak && "\"\($0.opaqueTag)\"" == tag })
        else { return }
        weakenTag()
    }

    fileprivate var isEventStream: Bool {
        self[.contentType]?.lowercased().hasPrefix("text/event-stream") ?? false
    }
}
