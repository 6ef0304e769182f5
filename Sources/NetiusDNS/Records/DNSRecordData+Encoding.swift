internal import Netius

extension DNSRecordData {
    /// Appends the data; names are compressed in the types of RFC 1035 alone.
    func append(to writer: inout DNSMessageWriter) throws(DNSMessageError) {
        switch self {
        case .a(let address): writer.append(address.octets)
        case .aaaa(let address): writer.append(address.octets)
        case .cname(let name), .ns(let name), .ptr(let name): writer.append(name)
        case .mx(let preference, let exchange):
            writer.append(preference)
            writer.append(exchange)
        case .txt(let strings):
            for string in strings { try writer.append(characterString: string) }
        case .soa(let zone):
            writer.append(zone.primary)
            writer.append(zone.responsible)
            for number in [zone.serial, zone.refresh, zone.retry, zone.expire, zone.minimum] { writer.append(number) }
        case .srv(let service):
            for number in [service.priority, service.weight, service.port] { writer.append(number) }
            writer.append(uncompressed: service.target)
        case .caa(let property):
            writer.append(property.flags)
            try writer.append(characterString: Array(property.tag.utf8))
            writer.append(property.value)
        case .tlsa(let association):
            for octet in [association.usage, association.selector, association.matching] { writer.append(octet) }
            writer.append(association.data)
        case .svcb(let binding), .https(let binding):
            writer.append(binding.priority)
            writer.append(uncompressed: binding.target)
            for parameter in binding.parameters {
                writer.append(parameter.key)
                try writer.appendData { (writer) throws(DNSMessageError) in writer.append(parameter.value) }
            }
        case .other(_, let octets): writer.append(octets)
        }
    }
}
