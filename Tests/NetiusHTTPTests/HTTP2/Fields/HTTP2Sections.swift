import Netius
import TestSupport

@testable import NetiusHTTP

/// What a header section came to, for tests.
struct DecodedRequest {
    var head = HTTPRequestHead()
    var trailers = HTTPFields()
    var summary = HTTP2SectionSummary()
    var isTooLarge = false

    var request: HTTPRequest { HTTPRequest(head: head) }
    /// The fields as HTTP/1 would send them.
    var text: String { String(decoding: head.fields.storage?.bytes ?? [], as: UTF8.self) }
}

extension HTTP2RequestSink {
    /// Takes in a section whose fields are given one by one.
    mutating func decode(_ section: HTTP2Section, _ fields: [HPACKFieldList.Field]) -> HTTP2SectionSummary {
        begin(section)
        fields.add(to: &self)
        return end(isTooLarge: false)
    }

    /// A request, of which the sink keeps nothing.
    mutating func request(_ fields: [(String, String)]) -> DecodedRequest {
        let summary = decode(.head, fields.map { HPACKFieldList.Field($0.0, $0.1) })
        defer { head = HTTPRequestHead() }
        return DecodedRequest(head: head, summary: summary, isTooLarge: isTooLarge)
    }
}

extension [HPACKFieldList.Field] {
    /// Gives the fields to a sink as a decoder would.
    func add(to sink: inout some HPACKFieldSink) {
        for field in self {
            let index = HPACKStaticTable.index(of: field.name.span, 0..<field.name.count)
            sink.add(field.name.span, field.value.span, index: index)
        }
    }
}

/// A request of lines such as `:method: GET`.
func http2Request(_ lines: [String], allowsExtendedConnect: Bool = false) -> DecodedRequest {
    var sink = HTTP2RequestSink(allowsExtendedConnect: allowsExtendedConnect)
    return sink.request(http2Fields(lines))
}

/// The names and values of lines such as `:method: GET`, split at the first colon and space.
func http2Fields(_ lines: [String]) -> [(String, String)] {
    lines.map { line in
        let octets = Array(line.utf8)
        let end = octets.indices.dropFirst().first { octets[$0] == 0x3A && octets[$0...].dropFirst().first == 0x20 }
        guard let end else { return (line, "") }
        return (
            String(decoding: octets[..<end], as: UTF8.self), String(decoding: octets[(end + 2)...], as: UTF8.self)
        )
    }
}
