internal import Netius

/// What MAIL and RCPT say in angle brackets (RFC 5321 section 4.1.2).
enum SMTPPath: Equatable {
    /// The longest path, with its brackets (RFC 5321 section 4.5.3.1.3).
    static let maximumLength = 256

    /// `<>`.
    case null
    /// `<postmaster>`, without a domain, in whatever case.
    case postmaster
    case address(MailAddress)

    /// Reads the path that begins at `start`; nil where none does. A source route is read and, as RFC 5321 section 3.6.1
    /// wants it, ignored.
    ///
    /// ```
    /// Path   = "<" [ A-d-l ":" ] Mailbox ">"
    /// A-d-l  = At-domain *( "," At-domain )
    /// ```
    static func read(_ bytes: Span<UInt8>, from start: Int) -> (SMTPPath, end: Int)? {
        guard start < bytes.count, bytes[start] == UInt8(ascii: "<") else { return nil }
        var index = start + 1
        if index < bytes.count, bytes[index] == UInt8(ascii: ">") { return (.null, index + 1) }
        let name = index..<index + 10
        if name.upperBound < bytes.count, bytes[name.upperBound] == UInt8(ascii: ">"),
            bytes.equals("postmaster", in: name)
        {
            return (.postmaster, name.upperBound + 1)
        }
        if index < bytes.count, bytes[index] == UInt8(ascii: "@") {
            guard let end = endOfRoute(bytes, from: index) else { return nil }
            index = end
        }
        guard let (address, end) = MailAddress.read(bytes, from: index), end < bytes.count,
            bytes[end] == UInt8(ascii: ">"), end + 1 - start <= maximumLength
        else { return nil }
        return (.address(address), end + 1)
    }

    private static func endOfRoute(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count, bytes[index] == UInt8(ascii: "@") {
            guard let (_, end) = MailAddress.readDomain(bytes, from: index + 1), end < bytes.count else { return nil }
            index = end + 1
            if bytes[end] == UInt8(ascii: ":") { return index }
            guard bytes[end] == UInt8(ascii: ",") else { return nil }
        }
        return nil
    }
}
