import Netius

@testable import NetiusHTTP

/// Keeps what header sections are decoded to, and says of them what a few fields tell it to.
struct SectionRecorder: HTTP2SectionSink {
    private(set) var section = HTTP2Section.discarded
    private(set) var fields: [String] = []
    /// How many sections have begun and ended.
    private(set) var begun = 0
    private(set) var ended = 0
    private var summary = HTTP2SectionSummary()

    mutating func begin(_ section: HTTP2Section) {
        self.section = section
        fields = []
        begun += 1
        summary = HTTP2SectionSummary()
    }

    mutating func add(_ name: Span<UInt8>, _ value: Span<UInt8>, index: Int) {
        let text = String(decoding: [UInt8](value), as: UTF8.self)
        let name = String(decoding: [UInt8](name), as: UTF8.self)
        fields.append("\(name): \(text)")
        switch name {
        case "malformed": summary.malformed = text
        case "content-length": summary.contentLength = Int(text)
        case "priority": summary.priority = HTTP2Priority(parsing: value)
        case ":status": summary.isInterim = text.hasPrefix("1")
        default: break
        }
    }

    mutating func end(isTooLarge: Bool) -> HTTP2SectionSummary {
        ended += 1
        if isTooLarge { fields.append("too large") }
        return summary
    }
}
