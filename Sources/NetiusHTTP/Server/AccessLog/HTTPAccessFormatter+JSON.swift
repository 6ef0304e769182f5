internal import Netius

extension HTTPAccessFormatter {
    /// Appends a JSON object whose members are in a fixed order.
    func appendJSON(
        _ record: HTTPAccessRecord, _ context: HTTPRequestContext, _ clock: HTTPAccessClock, to line: OutputBuffer
    ) {
        line.append(#"{"time":""#)
        line.append(clock.text)
        line.append(decimal: clock.milliseconds(at: record.ended), digits: 3)
        line.append("Z\"")
        if let address = context.clientAddress ?? record.peer {
            line.append(#","client":""#)
            line.append(address)
            line.append(UInt8(ascii: "\""))
        }
        if let user = context.user { appendMember(#","user":""#, user.utf8.span, to: line) }
        appendRequest(record, to: line)
        line.append(#","status":"#)
        line.append(decimal: record.status)
        line.append(#","bytes":"#)
        line.append(decimal: record.contentSent)
        if let began = record.began {
            line.append(#","duration":"#)
            line.append(seconds: record.ended.since(began))
        }
        appendMember(#","referer":""#, .referer, of: record, to: line)
        appendMember(#","userAgent":""#, .userAgent, of: record, to: line)
        if let id = context.id { appendMember(#","id":""#, id.utf8.span, to: line) }
        line.append(UInt8(ascii: "}"))
    }

    private func appendRequest(_ record: HTTPAccessRecord, to line: OutputBuffer) {
        guard let head = record.head, record.hasRequestLine else {
            if !record.refusedLine.isEmpty { appendMember(#","request":""#, record.refusedLine.span, to: line) }
            return
        }
        // A token: it has neither quotes nor backslashes.
        line.append(#","method":""#)
        line.append(text: head.method.rawValue)
        line.append(UInt8(ascii: "\""))
        if head.form == .components {
            appendMember(#","target":""#, record.componentsTarget.utf8.span, to: line)
        } else {
            appendMember(#","target":""#, head.target.span, to: line)
        }
        line.append(#","version":"HTTP/"#)
        line.append(decimal: Int(head.version.major))
        line.append(UInt8(ascii: "."))
        line.append(decimal: Int(head.version.minor))
        line.append(UInt8(ascii: "\""))
    }

    private func appendMember(
        _ opening: StaticString, _ name: HTTPField.Name, of record: HTTPAccessRecord, to line: OutputBuffer
    ) {
        _ = withField(name, of: record) { value, isWhole in
            appendMember(opening, part: value, isWhole: isWhole, to: line)
        }
    }

    private func appendMember(_ opening: StaticString, _ octets: Span<UInt8>, to line: OutputBuffer) {
        withPart(octets) { appendMember(opening, part: $0, isWhole: $1, to: line) }
    }

    private func appendMember(_ opening: StaticString, part: Span<UInt8>, isWhole: Bool, to line: OutputBuffer) {
        line.append(opening)
        line.append(escapingForJSON: part)
        if !isWhole { line.append("...") }
        line.append(UInt8(ascii: "\""))
    }
}
