import TestSupport

@testable import NetiusHTTP

/// All that a decoder told about the responses of a connection, in the order in which it did.
struct ResponseTranscript: Equatable {
    struct Message: Equatable {
        var code: Int
        var reasonPhrase: String
        var version: HTTPVersion
        var fields: HTTPFields
        var isInterim: Bool
        var framing: HTTP1Framing
        var keepsAlive: Bool
        var keepAliveTimeout: Int?
        var keepAliveMaximum: Int?
        var contentLength: Int?
        var body: [UInt8] = []
        var trailers: HTTPFields?
        var isComplete = false

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// Interim and final responses.
    var messages: [Message] = []
    var error: HTTP1Error?
    /// What was left of the input behind the last response that was asked for.
    var extra: [UInt8] = []
    /// The most octets that a caller had to keep for presenting them again.
    var mostKept = 0
    /// A broken promise of the decoder about what it consumes.
    var violation: String?

    private var awaited: ArraySlice<HTTPRequest.Method>
    private var isInBody = false

    var final: [Message] { messages.filter { !$0.isInterim } }

    static func == (left: Self, right: Self) -> Bool {
        left.messages == right.messages && left.error == right.error && left.extra == right.extra
            && left.violation == right.violation
    }

    /// Reads the responses to requests of the methods from the octets, which arrive in pieces of the sizes, the rest at
    /// once. If the stream `ends`, it does so behind the octets.
    init(
        _ input: [UInt8], to methods: [HTTPRequest.Method] = [.get], limits: HTTP1Limits = HTTP1Limits(),
        pieces: [Int] = [], ends: Bool = false
    ) {
        awaited = methods[...]
        var decoder = HTTP1ResponseDecoder(limits: limits)
        var head = HTTPResponseHead()
        var kept: [UInt8] = []
        var arrived = 0
        var sizes = pieces[...]
        if let method = awaited.first { decoder.nextResponse(to: method) }
        do throws(HTTP1Error) {
            while arrived < input.count {
                let size = min(sizes.popFirst() ?? input.count, input.count - arrived)
                kept += input[arrived..<arrived + size]
                arrived += size
                var position = 0
                while !awaited.isEmpty {
                    let rest = Array(kept[position...])
                    guard try advance(&decoder, &head, rest, &position) else { break }
                }
                kept.removeFirst(position)
                mostKept = max(mostKept, kept.count)
            }
            if ends, !awaited.isEmpty {
                try decoder.decodeEnd()
                guard case .end = try decoder.decodeBody([UInt8]().span) else {
                    violation = "no end behind the end of the stream"
                    return
                }
                end(&decoder)
            }
            extra = kept
        } catch {
            self.error = error
            checkThatItStays(error, &decoder, head)
        }
    }

    /// One step; false if it needs more input.
    private mutating func advance(
        _ decoder: inout HTTP1ResponseDecoder, _ head: inout HTTPResponseHead, _ rest: [UInt8], _ position: inout Int
    ) throws(HTTP1Error) -> Bool {
        guard isInBody else {
            HTTPResponseHead.recycle(&head)
            let progress = try decoder.decodeHead(rest.span, into: head)
            check(progress.consumed, rest)
            position += progress.consumed
            guard progress.isComplete else { return false }
            add(decoder, head)
            isInBody = !decoder.isInterim
            decoder.continueAfterInterim()
            return true
        }
        switch try decoder.decodeBody(rest.span) {
        case .data(let range, let consumed):
            check(consumed, rest)
            if range.isEmpty || range.upperBound > consumed { violation = "data outside of what is consumed" }
            messages[messages.count - 1].body += rest[range]
            position += consumed
            return true
        case .needsMore(let consumed):
            check(consumed, rest)
            position += consumed
            return false
        case .end(let consumed):
            check(consumed, rest)
            position += consumed
            end(&decoder)
            return true
        }
    }

    private mutating func end(_ decoder: inout HTTP1ResponseDecoder) {
        messages[messages.count - 1].trailers = decoder.trailers
        messages[messages.count - 1].isComplete = true
        if !decoder.isBodyComplete { violation = "an end without a complete body" }
        isInBody = false
        awaited.removeFirst()
        if let method = awaited.first { decoder.nextResponse(to: method) }
    }

    private mutating func check(_ consumed: Int, _ rest: [UInt8]) {
        if consumed < 0 || consumed > rest.count { violation = "consumed \(consumed) of \(rest.count)" }
    }

    private mutating func checkThatItStays(
        _ error: HTTP1Error, _ decoder: inout HTTP1ResponseDecoder, _ head: HTTPResponseHead
    ) {
        decoder.continueAfterInterim()
        decoder.nextResponse(to: .get)
        let valid = octets("HTTP/1.1 204 No Content\r\n\r\n")
        var thrown: [HTTP1Error] = []
        do { _ = try decoder.decodeHead(valid.span, into: HTTPResponseHead()) } catch { thrown.append(error) }
        do { _ = try decoder.decodeBody(valid.span) } catch { thrown.append(error) }
        do { try decoder.decodeEnd() } catch { thrown.append(error) }
        if thrown != [error, error, error] { violation = "went on after \(error)" }
        if !head.fields.allSatisfy({ HTTPField.isValidValue($0.value) }) { violation = "a field with an illegal value" }
    }

    private mutating func add(_ decoder: HTTP1ResponseDecoder, _ head: HTTPResponseHead) {
        let isInterim = decoder.isInterim
        messages.append(
            Message(
                code: head.status.code, reasonPhrase: head.status.reasonPhrase, version: head.version,
                fields: head.fields, isInterim: isInterim, framing: isInterim ? .none : decoder.framing,
                keepsAlive: decoder.keepsAlive, keepAliveTimeout: decoder.keepAliveTimeout,
                keepAliveMaximum: decoder.keepAliveMaximum, contentLength: decoder.contentLength))
    }
}
