internal import Netius

/// The hosts that are asked without a proxy, written as in `NO_PROXY`: separated by commas or spaces.
///
/// | written | what it means |
/// |---|---|
/// | `*` | every host |
/// | `example.com`, `.example.com`, `*.example.com` | the host and all below it |
/// | `192.0.2.1`, `2001:db8::1`, `[2001:db8::1]` | the address, where the URL has it |
/// | `10.0.0.0/8`, `2001:db8::/32` | the addresses of the network, where the URL has one |
/// | `example.com:8080`, `[::1]:8080` | any of these, at that port alone |
///
/// No name is looked up: a host that is named in the URL is compared by its name.
public struct HTTPProxyExceptions: Sendable, Hashable, LosslessStringConvertible {
    private enum Subject: Hashable {
        case all
        /// In lower case, without the dot at its end.
        case name(String)
        case network(IPNetwork)
    }

    private struct Rule: Hashable {
        var subject: Subject
        var port: UInt16?
        var text: String
    }

    static let expected = "names, addresses or networks separated by commas, or *"

    private var rules: [Rule] = []

    /// No exceptions.
    public init() {}

    /// Reads exceptions; nil where one is neither a name nor an address nor a network.
    public init?(_ description: String) {
        let items = description.utf8.split { octet in octet == UInt8(ascii: ",") || octet.isWhitespace }
        for item in items {
            guard let rule = Self.rule(String(Substring(item))) else { return nil }
            rules.append(rule)
        }
    }

    /// The exceptions, separated by commas.
    public var description: String { rules.map(\.text).joined(separator: ",") }

    /// Whether the host of the URL is asked without a proxy.
    public func contains(_ url: HTTPURL) -> Bool {
        guard !rules.isEmpty else { return false }
        let address = IPAddress(url.host)?.unmapped
        let name = url.host.hasSuffix(".") ? String(url.host.dropLast()) : url.host
        return rules.contains { rule in
            guard rule.port == nil || rule.port == url.port else { return false }
            switch rule.subject {
            case .all: return true
            case .network(let network): return address.map(network.contains) ?? false
            case .name(let domain): return HTTPCookieOrigin.isName(name, below: domain, isName: address == nil)
            }
        }
    }

    private static func rule(_ text: String) -> Rule? {
        if let subject = subject(text) { return Rule(subject: subject, text: text) }
        guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
            let port = UInt16(String(text[colon...].dropFirst())), let subject = subject(String(text[..<colon]))
        else { return nil }
        return Rule(subject: subject, port: port, text: text)
    }

    private static func subject(_ text: String) -> Subject? {
        if text == "*" { return .all }
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        let address = isBracketed ? String(text.dropFirst().dropLast()) : text
        // A zone would be asked of the system.
        guard !address.utf8.contains(UInt8(ascii: "%")) else { return nil }
        if let network = try? IPNetwork(parsing: address, strict: false) { return .network(network.unmapped) }
        let domain = text.hasPrefix("*.") ? text.dropFirst(2) : text.hasPrefix(".") ? text.dropFirst() : text[...]
        let octets = Array(domain.utf8)
        guard !isBracketed, let name = try? HTTPURL.hostName(octets.span, 0..<octets.count) else { return nil }
        return .name(name.hasSuffix(".") ? String(name.dropLast()) : name)
    }
}
