import Netius
struct HTTP2RequestSink: HTTP2SectionSink {
    var head = HTTPRequestHead()
    var trailers = HTTPFields()
    var isTooLarge = false
    var section = HTTP2Section.head
    init(allowsExtendedConnect: Bool) {}
    mutating func begin(_ section: HTTP2Section) { self.section = section; if section == .head { head.reset(); head.target = []; isTooLarge = false } }
    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) {
        guard section == .head else { return }
        switch index {
        case 1: head.fields.unique().append(HTTPField.Name.host, String(decoding: [UInt8](value), as: UTF8.self))
        case 2, 3: head.method = HTTPRequest.Method(rawValue: String(decoding: [UInt8](value), as: UTF8.self)) ?? .get
        case 4, 5: head.target.append(value, 0..<value.count)
        case 6, 7: break
        default: head.fields.append(HTTPField.Name(token: [UInt8](name)[...]), String(decoding: [UInt8](value), as: UTF8.self))
        }
    }
    mutating func end(isTooLarge: Bool) -> HTTP2SectionSummary { self.isTooLarge = isTooLarge; return HTTP2SectionSummary() }
}
enum HTTP2ResponseEncoder {
    static func append(_ status: HTTPResponse.Status, _ fields: HTTPFields, contentLength: Int?, date: [UInt8], with encoder: inout HPACKEncoder, to output: OutputBuffer) {
        encoder.appendStatus(status.code, to: output)
        if let s = fields.storage { let b = s.bytes; for e in s.entries { encoder.append(b.span, name: e.name, value: e.value, to: output) } }
        if let contentLength { encoder.appendContentLength(contentLength, to: output) }
    }
    static func appendTrailers(_ fields: HTTPFields, with encoder: inout HPACKEncoder, to output: OutputBuffer) {
        if let s = fields.storage { let b = s.bytes; for e in s.entries { encoder.append(b.span, name: e.name, value: e.value, to: output) } }
    }
}
