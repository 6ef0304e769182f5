internal import Netius

extension HTTPAccessFormatter {
    /// Appends `host ident authuser [date] "request" status bytes`. Nobody asks an ident service, so that is `-`.
    func appendCommon(
        _ record: HTTPAccessRecord, _ context: HTTPRequestContext, _ clock: HTTPAccessClock, to line: OutputBuffer
    ) {
        if let address = context.clientAddress ?? record.peer {
            line.append(address)
        } else {
            line.append(UInt8(ascii: "-"))
        }
        line.append(" - ")
        appendUser(context.user, to: line)
        line.append(" [")
        line.append(clock.text)
        line.append("] \"")
        appendRequestLine(record, to: line)
        line.append("\" ")
        // A status has three digits; there is none where the connection ended before there was an answer.
        if record.status < 100 { line.append(record.status < 10 ? "00" : "0") }
        line.append(decimal: record.status)
        line.append(.space)
        line.append(decimal: record.contentSent)
    }

    /// Appends a field's value in quotes, or `"-"`.
    func appendQuoted(_ name: HTTPField.Name, of record: HTTPAccessRecord, to line: OutputBuffer) {
        line.append(UInt8(ascii: "\""))
        let isThere = withField(name, of: record) { value, isWhole in
            line.append(escaping: value)
            if !isWhole { line.append("...") }
        }
        if !isThere { line.append(UInt8(ascii: "-")) }
        line.append(UInt8(ascii: "\""))
    }

    private func appendRequestLine(_ record: HTTPAccessRecord, to line: OutputBuffer) {
        guard let head = record.head, record.hasRequestLine else {
            if record.refusedLine.isEmpty { return line.append(UInt8(ascii: "-")) }
            return appendPart(record.refusedLine.span, to: line)
        }
        // A token: it has neither quotes nor backslashes.
        line.append(text: head.method.rawValue)
        line.append(.space)
        if head.form == .components {
            appendPart(record.componentsTarget.utf8.span, to: line)
        } else {
            appendPart(head.target.span, to: line)
        }
        line.append(" HTTP/")
        line.append(decimal: Int(head.version.major))
        line.append(UInt8(ascii: "."))
        line.append(decimal: Int(head.version.minor))
    }

    /// The user's name is not in quotes: no space may be in it, and it must not be what stands for none.
    private func appendUser(_ user: String?, to line: OutputBuffer) {
        guard let user, !user.isEmpty else { return line.append(UInt8(ascii: "-")) }
        if user == "-" { return line.append("\\x2D") }
        withPart(user.utf8.span) { part, isWhole in
            line.append(escaping: part, isQuoted: false)
            if !isWhole { line.append("...") }
        }
    }

    private func appendPart(_ octets: Span<UInt8>, to line: OutputBuffer) {
        withPart(octets) { part, isWhole in
            line.append(escaping: part)
            if !isWhole { line.append("...") }
        }
    }
}
