#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// What the machine calls itself.
enum SystemHostName {
    /// The system's host name; `localhost` where that is none that mail can be for.
    static let current: String = {
        var name = [CChar](repeating: 0, count: 256)
        // Safe: the call writes no more than it is told, and the last octet stays NUL.
        guard unsafe gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        let octets = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let text = String(decoding: octets, as: UTF8.self)
        return isValid(text) ? text : "localhost"
    }()

    /// Whether it is a domain or an address literal (RFC 5321 section 4.1.2), in ASCII.
    static func isValid(_ name: String) -> Bool {
        let octets = Array(name.utf8)
        guard octets.allSatisfy({ $0 < 0x80 }), let (_, end) = MailAddress.readDomain(octets.span, from: 0) else {
            return false
        }
        return end == octets.count
    }
}
