import TestSupport

@testable import NetiusHTTP

/// All that a decoder told about the octets of a connection, in the order in which it did.
struct Transcript: Equatable {
    struct Message: Equatable {
        var method: HTTPRequest.Method
        var scheme: String?
        var authority: String?
        var path: String?
        var version: HTTPVersion
        var fields: HTTPFields
        var framing: HTTP1Framing
        var keepsAlive: Bool
        var expectsContinue: Bool
        var wantsUpgrade: Bool
        var body: [UInt8] = []
        var trailers: HTTPFields?
        var isComplete = false

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    var messages: [Message] = []
    var error: HTTP1Error?
    /// The most octets that a caller had to keep for presenting them again.
    var mostKept = 0
    /// A broken promise of the decoder about what it consumes.
    var violation: String?

    static func == (left: Self, right: Self) -> Bool {
        left.messages == right.messages && left.error == right.error && left.violation == right.violation
    }

    /// Reads the octets, which arrive in pieces of the sizes, the rest at once.
    init(_ input: [UInt8], limits: HTTP1Limits = HTTP1Limits(), pieces: [Int] = []) {
        var decoder = HTTP1RequestDecoder(limits: limits)
        var head = HTTPRequestHead()
        var isInBody = false
        var kept: [UInt8] = []
        var arrived = 0
        var sizes = pieces[...]
        do throws(HTTP1Error) {
            while arrived < input.count {
                let size = min(sizes.popFirst() ?? input.count, input.count - arrived)
                kept += input[arrived..<arrived + size]
                arrived += size
                var position = 0
                while true {
                    let rest = Array(kept[position...])
                    guard try advance(&decoder, &head, &isInBody, rest, &position) else { break }
                }
                kept.removeFirst(position)
                mostKept = max(mostKept, kept.count)
            }
        } catch {
            self.error = error
        }
    }

    /// One step; false if it needs more input.
    private mutating func advance(
        _ decoder: inout HTTP1RequestDecoder, _ head: inout HTTPRequestHead, _ isInBody: inout Bool, _ rest: [UInt8],
        _ position: inout Int
    ) throws(HTTP1Error) -> Bool {
        guard isInBody else {
            HTTPRequestHead.recycle(&head)
            let progress = try decoder.decodeHead(rest.span, into: head)
            check(progress.consumed, rest)
            position += progress.consumed
            guard progress.isComplete else { return false }
            add(decoder, HTTPRequest(head: head))
            isInBody = true
            return true
        }
        let last = messages.count - 1
        switch try decoder.decodeBody(rest.span) {
        case .data(let range, let consumed):
            check(consumed, rest)
            if range.isEmpty || range.upperBound > consumed { violation = "data outside of what is consumed" }
            messages[last].body += rest[range]
            position += consumed
            return true
        case .needsMore(let consumed):
            check(consumed, rest)
            position += consumed
            return false
        case .end(let consumed):
            check(consumed, rest)
            position += consumed
            messages[last].trailers = decoder.trailers
            messages[last].isComplete = true
            decoder.nextRequest()
            isInBody = false
            return consumed < rest.count
        }
    }

    private mutating func check(_ consumed: Int, _ rest: [UInt8]) {
        if consumed < 0 || consumed > rest.count { violation = "consumed \(consumed) of \(rest.count)" }
    }

    private mutating func add(_ decoder: HTTP1RequestDecoder, _ request: HTTPRequest) {
        messages.append(
            Message(
                method: request.method, scheme: request.scheme, authority: request.authority, path: request.path,
                version: request.version, fields: request.headerFields, framing: decoder.framing,
                keepsAlive: decoder.keepsAlive, expectsContinue: decoder.expectsContinue,
                wantsUpgrade: decoder.wantsUpgrade))
    }
}

/// A generator of which each run gives the same numbers.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}
