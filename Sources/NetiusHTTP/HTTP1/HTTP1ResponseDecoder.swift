/// Reads the responses of a connection, one after the other.
///
/// For each: ``nextResponse(to:)``, ``decodeHead(_:into:)`` until it is complete, and while that was an interim one
/// ``continueAfterInterim()`` and again; then ``decodeBody(_:)`` until its end. Input is whatever has arrived and is
/// not consumed yet, cut anywhere; how it is cut changes nothing about the result. What stands behind a complete
/// response is left alone: nobody asked for it, so that the connection must be closed. An error ends the connection: it
/// is thrown again by every further call.
struct HTTP1ResponseDecoder {
    private enum Phase: UInt8 { case statusLine, fields, interim, body }

    private let lineLimit: Int
    private let interimLimit: Int
    private var phase = Phase.statusLine
    private var failure: HTTP1Error?
    private var method = HTTPRequest.Method.get
    private var interimCount = 0
    /// Whether an interim response said that the connection will be closed.
    private var closesAfterInterim = false
    private var statusLine = HTTP1StatusLineScanner()
    private var section: HTTP1HeaderSection
    private var control = HTTP1ResponseControl()
    private var body: HTTP1BodyDecoder

    init(limits: HTTP1Limits = HTTP1Limits()) {
        lineLimit = limits.statusLine
        interimLimit = limits.interimResponses
        section = HTTP1HeaderSection(limits: limits)
        body = HTTP1BodyDecoder(limits: limits)
    }

    /// Whether nothing of the response, nor of an interim one before it, has been seen.
    var isBetweenResponses: Bool { phase == .statusLine && interimCount == 0 && statusLine.isAtStart }
    /// Whether the head that has been read is of an interim response: 1xx other than 101.
    var isInterim: Bool { phase == .interim }

    // Known once the head of a final response is complete.

    /// How the content is framed.
    private(set) var framing = HTTP1Framing.none
    /// Whether the connection may serve another request once the content has been read (RFC 9112 §9.3).
    private(set) var keepsAlive = false
    /// The announced length of the content, or of what it would be to GET; nil if there is none, or no `Int` holds it.
    var contentLength: Int? { control.contentLength.flatMap(Int.init(exactly:)) }
    /// For how many seconds the server means to keep the connection idle, if it says.
    var keepAliveTimeout: Int? { control.keepAlive.timeout }
    /// For how many more requests the server means to keep the connection, if it says.
    var keepAliveMaximum: Int? { control.keepAlive.maximum }
    /// Whether all of the content has been read.
    var isBodyComplete: Bool { phase == .body && body.isComplete }
    /// The trailer fields of chunked content, known at its end: those that may be sent as such; nil if there are none.
    var trailers: HTTPFields? { body.trailers }

    /// Makes the decoder ready for the response to the next request on the connection, which was made with the method.
    mutating func nextResponse(to method: HTTPRequest.Method) {
        self.method = method
        interimCount = 0
        closesAfterInterim = false
        keepsAlive = false
        beginHead()
    }

    /// Makes the decoder ready for the response that follows an interim one.
    mutating func continueAfterInterim() {
        guard phase == .interim else { return }
        closesAfterInterim = closesAfterInterim || control.closes
        beginHead()
    }

    /// Reads as much of a head as there is. Whole lines are consumed; the beginning of a line is not, and is presented
    /// again with more behind it. `head` must be the same object for all calls that read one head and be shared with
    /// nobody; what it had held is forgotten at the first line.
    mutating func decodeHead(
        _ input: Span<UInt8>, into head: HTTPResponseHead
    ) throws(HTTP1Error) -> HTTP1HeadProgress {
        if let failure { throw failure }
        var position = 0
        do throws(HTTP1Error) {
            if phase == .statusLine { try decodeStatusLine(input, &position, head) }
            if phase == .fields,
                try section.decode(input, &position, into: head.fields.unique(), noting: &control)
            {
                try finishHead(head)
            }
        } catch {
            failure = error
            throw error
        }
        return HTTP1HeadProgress(consumed: position, isComplete: phase == .body || phase == .interim)
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

    /// Takes notice that the server has ended the stream and all input has been decoded. That ends content without a
    /// length; any other response that is not complete never will be.
    mutating func decodeEnd() throws(HTTP1Error) {
        if let failure { throw failure }
        guard phase == .body else {
            failure = .incompleteHead
            throw .incompleteHead
        }
        body.decodeEnd()
        guard body.isComplete else {
            failure = .incompleteBody
            throw .incompleteBody
        }
    }

    private mutating func beginHead() {
        phase = .statusLine
        statusLine = HTTP1StatusLineScanner()
        section.reset()
    }

    private mutating func decodeStatusLine(
        _ input: Span<UInt8>, _ position: inout Int, _ head: HTTPResponseHead
    ) throws(HTTP1Error) {
        let end = input.end(from: position, allowing: lineLimit)
        guard let line = try statusLine.scan(input, from: position, to: end) else {
            guard end == input.count else { throw .statusLineTooLong }
            return
        }
        if line.code < 200, line.code != 101 {
            interimCount += 1
            guard interimCount <= interimLimit else { throw .tooManyInterimResponses }
        }
        head.reset()
        head.status = HTTPResponse.Status(code: line.code, input, reasonPhrase: line.reasonPhrase)
        head.version = line.version
        control = HTTP1ResponseControl()
        control.version = line.version
        phase = .fields
        position = line.next
    }

    private mutating func finishHead(_ head: HTTPResponseHead) throws(HTTP1Error) {
        framing = try control.framing(status: head.status, method: method)
        if head.status.kind == .informational, framing != .tunnel {
            phase = .interim
            return
        }
        try body.begin(framing)
        // A server that announced content with 204 may yet send it, where the next response would be expected.
        keepsAlive =
            control.keepsAlive && !closesAfterInterim && framing != .closeDelimited && framing != .tunnel
            && !(head.status.code == 204 && control.announcesContent)
        phase = .body
    }
}
