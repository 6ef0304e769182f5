internal import Netius

extension DNSRecordData: CustomStringConvertible {
    /// The data as zone files have it: `10 mail.example.com.`
    public var description: String {
        switch self {
        case .a(let address): "\(address)"
        case .aaaa(let address): "\(address)"
        case .cname(let name), .ns(let name), .ptr(let name): name.absoluteText
        case .mx(let preference, let exchange): "\(preference) \(exchange.absoluteText)"
        case .txt(let strings): strings.map(Self.quoted).joined(separator: " ")
        case .soa(let zone):
            "\(zone.primary.absoluteText) \(zone.responsible.absoluteText) \(zone.serial) \(zone.refresh) "
                + "\(zone.retry) \(zone.expire) \(zone.minimum)"
        case .srv(let service):
            "\(service.priority) \(service.weight) \(service.port) \(service.target.absoluteText)"
        case .caa(let property): "\(property.flags) \(property.tag.onOneLine) \(Self.quoted(property.value))"
        case .tlsa(let association):
            "\(association.usage) \(association.selector) \(association.matching) "
                + Self.hexadecimal(association.data).uppercased()
        case .svcb(let binding), .https(let binding): "\(binding)"
        case .other(_, let octets):
            octets.isEmpty ? "\\# 0" : "\\# \(octets.count) \(Self.hexadecimal(octets))"
        }
    }

    /// A character string between quotes (RFC 1035 section 5.1).
    static func quoted(_ octets: [UInt8]) -> String {
        var text = [UInt8(ascii: "\"")]
        for octet in octets {
            if octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
            text.appendZoneText(octet)
        }
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
    }

    static func hexadecimal(_ octets: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
