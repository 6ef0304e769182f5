internal import Netius

/// Turns records into lines.
struct HTTPAccessFormatter {
    let format: HTTPAccessLog.Format
    /// The octets that are logged of a part whose length is up to the client.
    let maximumPartLength: Int

    /// Appends the line of a record, with its line feed.
    func append(_ record: HTTPAccessRecord, _ clock: HTTPAccessClock, to line: OutputBuffer) {
        let context = record.head?.context.withLock { $0 } ?? HTTPRequestContext()
        switch format {
        case .common:
            appendCommon(record, context, clock, to: line)
        case .combined:
            appendCommon(record, context, clock, to: line)
            line.append(.space)
            appendQuoted(.referer, of: record, to: line)
            line.append(.space)
            appendQuoted(.userAgent, of: record, to: line)
        case .json:
            appendJSON(record, context, clock, to: line)
        }
        line.append(.lineFeed)
    }

    /// Calls `body` with the octets of a field, as many as are logged, and whether that is all of them.
    func withField(
        _ name: HTTPField.Name, of record: HTTPAccessRecord, _ body: (_ value: Span<UInt8>, _ isWhole: Bool) -> Void
    ) -> Bool {
        guard let storage = record.head?.fields.storage, let index = storage.index(of: name) else { return false }
        withPart(storage.bytes.span.extracting(storage.entries[index].value), body)
        return true
    }

    /// Calls `body` with as many of the octets as are logged, and whether that is all of them.
    func withPart(_ octets: Span<UInt8>, _ body: (_ part: Span<UInt8>, _ isWhole: Bool) -> Void) {
        body(octets.extracting(first: max(0, maximumPartLength)), octets.count <= maximumPartLength)
    }
}

extension HTTPAccessRecord {
    /// Whether a request line was received.
    var hasRequestLine: Bool {
        guard let head else { return false }
        return !head.target.isEmpty || head.form == .components
    }

    /// The target of a request that has no octets of it, such as one of HTTP/2.
    var componentsTarget: String { head?.components.path ?? head?.components.authority ?? "" }
}
