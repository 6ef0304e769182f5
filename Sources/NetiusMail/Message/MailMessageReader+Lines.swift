internal import Netius

extension MailMessageReader {
    /// Reads a whole line, with its end unless it is the last.
    mutating func read(line: [UInt8]) throws(MailReadingError) {
        if let (level, isLast) = boundary(line) { return try takeBoundary(of: level, isLast: isLast) }
        // What is no field ends the header section, and is content of the part that it begins, or belongs to the header
        // section of a message within.
        while case .header = mode {
            guard try !addToHeader(line) else { return }
        }
        addContent(line)
    }

    /// The innermost multipart whose boundary the line is, and whether it is the last.
    private func boundary(_ line: [UInt8]) -> (level: Int, isLast: Bool)? {
        let dash = UInt8(ascii: "-")
        guard 3...Self.maximumBoundaryLine ~= line.count, line[0] == dash, line[1] == dash else { return nil }
        var end = line.count
        while end > 2, line[end - 1].isBlank { end -= 1 }
        let text = line[2..<end]
        for level in levels.indices.reversed() {
            guard case .multipart(let boundary, _, let isPastEnd) = levels[level], !isPastEnd,
                text.starts(with: boundary)
            else { continue }
            if text.count == boundary.count { return (level, false) }
            if text.count == boundary.count + 2, text.suffix(2).elementsEqual([dash, dash]) { return (level, true) }
        }
        return nil
    }

    private mutating func takeBoundary(of level: Int, isLast: Bool) throws(MailReadingError) {
        // A part may end in its header section.
        while case .header = mode { try beginPart() }
        // The line end before it is its own.
        lineEnd = []
        close(to: level + 1)
        guard case .multipart(let boundary, let isDigest, _) = levels[level] else { return }
        if isLast {
            levels[level] = .multipart(boundary: boundary, isDigest: isDigest, isPastEnd: true)
        } else {
            mode = .header(isDigest ? .message : .plainText)
        }
    }

    /// Adds a line to the header section; false where that has ended before it.
    private mutating func addToHeader(_ line: [UInt8]) throws(MailReadingError) -> Bool {
        guard line != [.lineFeed], line != [.carriageReturn, .lineFeed] else {
            try beginPart()
            return true
        }
        let isFolded = line[0] == .space || line[0] == .horizontalTab
        guard isFolded ? fieldCount > 0 : MailHeaderSection.colon(line, line.indices) != nil else {
            try beginPart()
            return false
        }
        if !isFolded {
            fieldCount += 1
            allFieldCount += 1
        }
        guard header.count + line.count <= limits.header, fieldCount <= limits.fields,
            allFieldCount <= limits.allFields
        else { throw .headerTooLarge }
        header += line
        return true
    }

    /// Begins the part whose header section has been read.
    mutating func beginPart() throws(MailReadingError) {
        guard case .header(let defaultType) = mode else { return }
        partCount += 1
        guard partCount <= limits.parts else { throw .tooManyParts }
        guard levels.count < max(limits.depth, 1) else { throw .tooDeep }
        let part = MailPart(header: MailHeaderSection(header), depth: levels.count, defaultType: defaultType)
        header = []
        fieldCount = 0
        flush()
        events.append(.partBegins(part))
        mode = .content
        if let boundary = part.contentType.boundary {
            let isDigest = part.contentType.subtype == "digest"
            levels.append(.multipart(boundary: boundary, isDigest: isDigest, isPastEnd: false))
        } else if part.isMessage {
            levels.append(.message)
            mode = .header(.plainText)
        } else {
            levels.append(.single(MailContentDecoder(part.transferEncoding)))
        }
    }

    /// Ends the open parts down to that level.
    mutating func close(to level: Int) {
        while levels.count > level {
            if case .single(var decoder) = levels.removeLast() { decoder.finish(into: &decoded) }
            flush()
            events.append(.partEnds)
        }
        mode = .content
    }

    /// Adds a line, or a piece of one, to the content of the part that is open.
    mutating func addContent(_ line: [UInt8]) {
        decode(lineEnd)
        var end = line.count
        if end > 0, line[end - 1] == .lineFeed {
            end -= end > 1 && line[end - 2] == .carriageReturn ? 2 : 1
        }
        lineEnd = Array(line[end...])
        decode(Array(line[..<end]))
    }

    mutating func decode(_ octets: [UInt8]) {
        guard !octets.isEmpty, case .single(var decoder)? = levels.last else { return }
        decoder.decode(octets, into: &decoded)
        levels[levels.count - 1] = .single(decoder)
    }

    /// Tells of the content that has been read.
    mutating func flush() {
        guard !decoded.isEmpty else { return }
        events.append(.content(decoded))
        decoded = []
    }
}
