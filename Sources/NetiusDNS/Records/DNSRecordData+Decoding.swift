internal import Netius

extension DNSRecordData {
    /// Reads the data of a record, all that `reader` has of it.
    init(decoding type: DNSRecordType, _ reader: inout DNSMessageReader) throws(DNSMessageError) {
        switch type {
        case .a:
            guard let address = IPv4Address(octets: reader.rest()) else { throw .invalidData(type) }
            self = .a(address)
        case .aaaa:
            guard let address = IPv6Address(octets: reader.rest()) else { throw .invalidData(type) }
            self = .aaaa(address)
        case .cname: self = .cname(try reader.name())
        case .ns: self = .ns(try reader.name())
        case .ptr: self = .ptr(try reader.name())
        case .mx: self = .mx(preference: try reader.integer16(), exchange: try reader.name())
        case .txt:
            var strings = [try reader.characterString()]
            while reader.count > 0 { strings.append(try reader.characterString()) }
            self = .txt(strings)
        case .soa: self = .soa(try DNSStartOfAuthority(&reader))
        case .srv:
            self = .srv(
                DNSService(
                    priority: try reader.integer16(), weight: try reader.integer16(), port: try reader.integer16(),
                    target: try reader.name()))
        case .caa: self = .caa(try DNSCertificationAuthority(&reader))
        case .tlsa:
            self = .tlsa(
                DNSCertificateAssociation(
                    usage: try reader.octet(), selector: try reader.octet(), matching: try reader.octet(),
                    data: reader.rest()))
        case .svcb: self = .svcb(try DNSServiceBinding(&reader, type))
        case .https: self = .https(try DNSServiceBinding(&reader, type))
        default: self = .other(type, reader.rest())
        }
    }
}

extension DNSStartOfAuthority {
    fileprivate init(_ reader: inout DNSMessageReader) throws(DNSMessageError) {
        primary = try reader.name()
        responsible = try reader.name()
        serial = try reader.integer32()
        refresh = try reader.integer32()
        retry = try reader.integer32()
        expire = try reader.integer32()
        minimum = try reader.integer32()
    }
}

extension DNSCertificationAuthority {
    fileprivate init(_ reader: inout DNSMessageReader) throws(DNSMessageError) {
        flags = try reader.octet()
        let tag = try reader.characterString()
        guard !tag.isEmpty, tag.allSatisfy({ $0.isLetter || $0.isDigit }) else { throw .invalidData(.caa) }
        self.tag = String(decoding: tag, as: UTF8.self)
        value = reader.rest()
    }
}

extension DNSServiceBinding {
    fileprivate init(_ reader: inout DNSMessageReader, _ type: DNSRecordType) throws(DNSMessageError) {
        priority = try reader.integer16()
        target = try reader.name()
        parameters = []
        while reader.count > 0 {
            let key = try reader.integer16()
            // In the order of their keys, none twice (RFC 9460 section 2.2).
            if let last = parameters.last, last.key >= key { throw .invalidData(type) }
            let length = try reader.integer16()
            parameters.append(Parameter(key: key, value: try reader.octets(Int(length))))
        }
    }
}
