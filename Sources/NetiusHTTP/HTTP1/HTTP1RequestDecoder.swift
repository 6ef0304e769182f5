internal import Netius

/// Reads the requests of a connection, one after the other.
///
/// For each: ``decodeHead(_:into:)`` until it is complete, ``decodeBody(_:)`` until its end, ``nextRequest()``. Input
/// is whatever has arrived and is not consumed yet, cut anywhere; how it is cut changes nothing about the result.
/// An error ends the connection: it is thrown again by every further call.
struct HTTP1RequestDecoder {
    enum Phase: UInt8 { case requestLine, fields, body }

    private let lineLimit: Int
    private(set) var phase = Phase.requestLine
    private var failure: HTTP1Error?
    private var skippedEmptyLine = false
    private var requestLine = HTTP1RequestLineScanner()
    private var section: HTTP1HeaderSection
    private var control = HTTP1RequestControl()
    private var body: HTTP1BodyDecoder

    init(limits: HTTP1Limits = HTTP1Limits()) {
        lineLimit = limits.requestLine
        section = HTTP1HeaderSection(limits: limits)
        body = HTTP1BodyDecoder(limits: limits)
    }

    /// Whether nothing of the next request has been consumed: the connection may end here.
    var isBetweenRequests: Bool { phase == .requestLine }

    // Known once the head is complete.

    /// How the content is framed.
    private(set) var framing = HTTP1Framing.none
    /// Whether the client wants the connection to persist (RFC 9112 §9.3).
    var keepsAlive: Bool { control.keepsAlive }
    /// Whether the client waits for 100 (Continue) before it sends the content.
    var expectsContinue: Bool { control.expectsContinue }
    /// Whether Connection lists `upgrade`, so that the Upgrade field is meant for us (RFC 9110 §7.8).
    var wantsUpgrade: Bool { control.wantsUpgrade }
    /// Whether all of the content has been read.
    var isBodyComplete: Bool { body.isComplete }
    /// The trailer fields of chunked content, known at its end: those that may be sent as such; nil if there are none.
    var trailers: HTTPFields? { body.trailers }

    /// Reads as much of a head as there is. Whole lines are consumed; the beginning of a line is not, and is presented
    /// again with more behind it. `head` must be the same object for all of a request's calls and be shared with
    /// nobody; what it had held is forgotten at the first line.
    mutating func decodeHead(
        _ input: Span<UInt8>, into head: HTTPRequestHead
    ) throws(HTTP1Error) -> HTTP1HeadProgress {
        if let failure { throw failure }
        var position = 0
        do throws(HTTP1Error) {
            if phase == .requestLine { try decodeRequestLine(input, &position, head) }
            if phase == .fields,
                try section.decode(input, &position, into: head.fields.unique(), noting: &control)
            {
                try finishHead(head)
            }
        } catch {
            failure = error
            throw error
        }
        return HTTP1HeadProgress(consumed: position, isComplete: phase == .body)
    }

    /// Reads a part of the content.
    mutating func decodeBody(_ input: Span<UInt8>) throws(HTTP1Error) -> HTTP1BodyEvent {
        if let failure { throw failure }
        guard phase == .body else { return .needsMore(consumed: 0) }
        do throws(HTTP1Error) {
            return try body.decode(input)
        } catch {
            failure = error
            throw error
        }
    }

    /// Makes the decoder ready for the next request on the connection.
    mutating func nextRequest() {
        phase = .requestLine
        skippedEmptyLine = false
        requestLine = HTTP1RequestLineScanner()
        section.reset()
    }

    private mutating func decodeRequestLine(
        _ input: Span<UInt8>, _ position: inout Int, _ head: HTTPRequestHead
    ) throws(HTTP1Error) {
        while true {
            // A second empty line is refused at its first octet.
            if skippedEmptyLine, position < input.count, input[position] == .carriageReturn {
                throw .malformedRequestLine
            }
            let end = input.end(from: position, allowing: lineLimit)
            switch try requestLine.scan(input, from: position, to: end) {
            case .incomplete:
                guard end == input.count else { throw .requestLineTooLong }
                return
            case .empty(let next):
                skippedEmptyLine = true
                position = next
            case .line(let line):
                try take(line, input, head)
                position = line.next
                return
            }
        }
    }

    @inline(__always)
    private mutating func take(
        _ line: HTTP1RequestLine, _ input: Span<UInt8>, _ head: HTTPRequestHead
    ) throws(HTTP1Error) {
        let (major, minor) = (input[line.version.lowerBound + 5], input[line.version.lowerBound + 7])
        guard major == UInt8(ascii: "1"), minor <= UInt8(ascii: "1") else { throw .unsupportedVersion }
        let method = HTTPRequest.Method(input, line.method)
        let target = try HTTP1RequestTarget(input, line.target, method: method)
        head.reset()
        head.method = method
        head.version = HTTPVersion(major: 1, minor: minor - 48)
        head.target.append(input, line.target)
        head.form = target.form
        head.targetAuthority = target.authority
        control = HTTP1RequestControl()
        control.version = head.version
        control.form = target.form
        phase = .fields
    }

    @inline(__always)
    private mutating func finishHead(_ head: HTTPRequestHead) throws(HTTP1Error) {
        try control.finish(method: head.method)
        framing = control.framing
        try body.begin(framing)
        if head.form == .absolute || head.form == .authority { Self.replaceHost(of: head) }
        phase = .body
    }

    /// The target's authority is what counts (RFC 9112 §3.2.2): no handler shall see another.
    private static func replaceHost(of head: HTTPRequestHead) {
        let authority = head.authority
        if head.fields.contains(.host), head.fields[.host] != authority { head.fields[.host] = authority }
    }
}
