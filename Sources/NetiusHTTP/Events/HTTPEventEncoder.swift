internal import Netius

/// Writes events as `text/event-stream` has them:
///
///     event   = *( comment / field ) end-of-line
///     comment = colon *any-char end-of-line
///     field   = 1*name-char [ colon [ space ] *any-char ] end-of-line
enum HTTPEventEncoder {
    static func event(
        _ data: String, event: String?, id: String?, retry: Duration?
    ) throws(HTTPEventError) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(data.utf8.count + 32)
        if let event {
            guard !event.utf8.contains(where: isLineEnd) else { throw .invalidEvent }
            append("event", event.utf8[...], to: &octets)
        }
        if let id {
            guard !id.utf8.contains(where: { isLineEnd($0) || $0 == 0 }) else { throw .invalidID }
            append("id", id.utf8[...], to: &octets)
        }
        if let retry {
            let (seconds, attoseconds) = retry.components
            let (product, overflows) = max(seconds, 0).multipliedReportingOverflow(by: 1000)
            let milliseconds = overflows ? Int64.max : product
            let rest = max(attoseconds, 0) / 1_000_000_000_000_000
            let sum = milliseconds.addingReportingOverflow(rest)
            append("retry", "\(sum.overflow ? .max : sum.partialValue)".utf8[...], to: &octets)
        }
        appendLines("data", data, to: &octets)
        octets.append(.lineFeed)
        return octets
    }

    static func comment(_ text: String) -> [UInt8] {
        var octets: [UInt8] = []
        appendLines("", text, to: &octets)
        octets.append(.lineFeed)
        return octets
    }

    /// A field for each line of the text. CR LF, LF and CR all end one, as they do for the client.
    private static func appendLines(_ name: StaticString, _ text: String, to octets: inout [UInt8]) {
        var rest = text.utf8[...]
        while let end = rest.firstIndex(where: isLineEnd) {
            append(name, rest[..<end], to: &octets)
            let isPair = rest[end] == .carriageReturn && rest[end...].dropFirst().first == .lineFeed
            rest = rest[end...].dropFirst(isPair ? 2 : 1)
        }
        append(name, rest, to: &octets)
    }

    /// The space is always there: the client takes one away.
    private static func append(_ name: StaticString, _ value: Substring.UTF8View, to octets: inout [UInt8]) {
        name.withUTF8Buffer { unsafe octets.append(contentsOf: $0) }
        octets.append(UInt8(ascii: ":"))
        octets.append(.space)
        octets.append(contentsOf: value)
        octets.append(.lineFeed)
    }

    private static func isLineEnd(_ octet: UInt8) -> Bool {
        octet == .lineFeed || octet == .carriageReturn
    }
}
