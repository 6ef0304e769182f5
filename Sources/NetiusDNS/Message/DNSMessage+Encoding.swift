extension DNSMessage {
    /// The octets of the message.
    ///
    /// - Throws: `DNSMessageError.tooLong`.
    package func encoded() throws(DNSMessageError) -> [UInt8] {
        var writer = DNSMessageWriter()
        writer.append(id)
        writer.append(flags)
        for count in [questions.count, answers.count, authorities.count, additionals.count + (edns == nil ? 0 : 1)] {
            guard let count = UInt16(exactly: count) else { throw .tooLong }
            writer.append(count)
        }
        for question in questions {
            writer.append(question.name)
            writer.append(question.type.rawValue)
            writer.append(question.questionClass)
        }
        for record in answers { try Self.append(record, to: &writer) }
        for record in authorities { try Self.append(record, to: &writer) }
        for record in additionals { try Self.append(record, to: &writer) }
        if let edns { try append(edns, to: &writer) }
        guard writer.bytes.count <= Self.maximumSize else { throw .tooLong }
        return writer.bytes
    }

    private var flags: UInt16 {
        var flags = UInt16(operation & 0xF) << 11 | responseCode.rawValue & 0xF
        if isResponse { flags |= 0x8000 }
        if isAuthoritative { flags |= 0x0400 }
        if isTruncated { flags |= 0x0200 }
        if isRecursionDesired { flags |= 0x0100 }
        if isRecursionAvailable { flags |= 0x0080 }
        if isAuthentic { flags |= 0x0020 }
        if isCheckingDisabled { flags |= 0x0010 }
        return flags
    }

    private static func append(_ record: DNSRecord, to writer: inout DNSMessageWriter) throws(DNSMessageError) {
        writer.append(record.name)
        writer.append(record.type.rawValue)
        writer.append(record.recordClass)
        writer.append(record.timeToLive)
        try writer.appendData { (writer) throws(DNSMessageError) in try record.data.append(to: &writer) }
    }

    private func append(_ edns: DNSExtension, to writer: inout DNSMessageWriter) throws(DNSMessageError) {
        writer.append(DNSName.root)
        writer.append(DNSRecordType.opt.rawValue)
        writer.append(edns.payloadSize)
        writer.append(UInt8(truncatingIfNeeded: responseCode.rawValue >> 4))
        writer.append(edns.version)
        writer.append(edns.isSecurityWanted ? 0x8000 : 0 as UInt16)
        try writer.appendData { (writer) throws(DNSMessageError) in writer.append(edns.options) }
    }
}
