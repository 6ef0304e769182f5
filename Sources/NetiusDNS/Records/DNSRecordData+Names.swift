extension DNSRecordData {
    /// The data with each of its names replaced.
    func mappingNames(_ transform: (DNSName) -> DNSName) -> DNSRecordData {
        switch self {
        case .cname(let name): return .cname(transform(name))
        case .ns(let name): return .ns(transform(name))
        case .ptr(let name): return .ptr(transform(name))
        case .mx(let preference, let exchange): return .mx(preference: preference, exchange: transform(exchange))
        case .soa(var zone):
            zone.primary = transform(zone.primary)
            zone.responsible = transform(zone.responsible)
            return .soa(zone)
        case .srv(var service):
            service.target = transform(service.target)
            return .srv(service)
        case .svcb(var binding):
            binding.target = transform(binding.target)
            return .svcb(binding)
        case .https(var binding):
            binding.target = transform(binding.target)
            return .https(binding)
        case .a, .aaaa, .txt, .caa, .tlsa, .other: return self
        }
    }

    /// The octets that the data takes in memory, roughly.
    var cost: Int {
        switch self {
        case .a, .aaaa: 16
        case .cname(let name), .ns(let name), .ptr(let name), .mx(_, let name): 32 + name.wire.count
        case .txt(let strings): strings.reduce(32) { $0 + 32 + $1.count }
        case .soa(let zone): 96 + zone.primary.wire.count + zone.responsible.wire.count
        case .srv(let service): 40 + service.target.wire.count
        case .caa(let property): 64 + property.tag.utf8.count + property.value.count
        case .tlsa(let association): 40 + association.data.count
        case .svcb(let binding), .https(let binding):
            binding.parameters.reduce(64 + binding.target.wire.count) { $0 + 48 + $1.value.count }
        case .other(_, let octets): 32 + octets.count
        }
    }
}
