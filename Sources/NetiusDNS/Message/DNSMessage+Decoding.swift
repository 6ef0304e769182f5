extension DNSMessage {
    /// Reads a message. One that says that it is truncated may end anywhere after its questions. Data of a record that is
    /// not as its type asks for is left as it is: `DNSRecordData.isUnread`.
    package init(decoding bytes: [UInt8]) throws(DNSMessageError) {
        var reader = DNSMessageReader(bytes)
        self.init(id: try reader.integer16())
        let counts = try readBeginning(&reader)
        do throws(DNSMessageError) {
            for _ in 0..<counts.answers { answers.append(try readRecord(&reader)) }
            for _ in 0..<counts.authorities { authorities.append(try readRecord(&reader)) }
            for _ in 0..<counts.additionals { try readAdditional(&reader) }
            guard reader.count == 0 else { throw .excess }
        } catch {
            guard isTruncated, error == .truncated else { throw error }
        }
    }

    /// Reads the header and the questions alone.
    init(decodingBeginningOf bytes: [UInt8]) throws(DNSMessageError) {
        var reader = DNSMessageReader(bytes)
        self.init(id: try reader.integer16())
        _ = try readBeginning(&reader)
    }

    private mutating func readBeginning(
        _ reader: inout DNSMessageReader
    ) throws(DNSMessageError) -> (answers: UInt16, authorities: UInt16, additionals: UInt16) {
        readFlags(try reader.integer16())
        let questionCount = try reader.integer16()
        let counts = try (reader.integer16(), reader.integer16(), reader.integer16())
        for _ in 0..<questionCount {
            questions.append(
                DNSQuestion(
                    name: try reader.name(), type: DNSRecordType(rawValue: try reader.integer16()),
                    questionClass: try reader.integer16()))
        }
        return counts
    }

    private mutating func readFlags(_ flags: UInt16) {
        isResponse = flags & 0x8000 != 0
        operation = UInt8(truncatingIfNeeded: flags >> 11 & 0xF)
        isAuthoritative = flags & 0x0400 != 0
        isTruncated = flags & 0x0200 != 0
        isRecursionDesired = flags & 0x0100 != 0
        isRecursionAvailable = flags & 0x0080 != 0
        isAuthentic = flags & 0x0020 != 0
        isCheckingDisabled = flags & 0x0010 != 0
        responseCode = DNSResponseCode(rawValue: flags & 0xF)
    }

    private func readRecord(_ reader: inout DNSMessageReader) throws(DNSMessageError) -> DNSRecord {
        let name = try reader.name()
        let type = DNSRecordType(rawValue: try reader.integer16())
        guard type != .opt else { throw .misplacedExtension }
        return try readRecord(&reader, name, type)
    }

    private mutating func readAdditional(_ reader: inout DNSMessageReader) throws(DNSMessageError) {
        let name = try reader.name()
        let type = DNSRecordType(rawValue: try reader.integer16())
        guard type == .opt else {
            additionals.append(try readRecord(&reader, name, type))
            return
        }
        guard edns == nil, name.isRoot else { throw .misplacedExtension }
        let payloadSize = try reader.integer16()
        let codeBits = try reader.octet()
        let version = try reader.octet()
        let flags = try reader.integer16()
        let length = try reader.integer16()
        let options = try reader.octets(Int(length))
        responseCode = DNSResponseCode(rawValue: UInt16(codeBits) << 4 | responseCode.rawValue & 0xF)
        edns = DNSExtension(
            payloadSize: payloadSize, version: version, isSecurityWanted: flags & 0x8000 != 0, options: options)
    }

    private func readRecord(
        _ reader: inout DNSMessageReader, _ name: DNSName, _ type: DNSRecordType
    ) throws(DNSMessageError) -> DNSRecord {
        let recordClass = try reader.integer16()
        let timeToLive = try reader.integer32()
        let length = try reader.integer16()
        let data = try reader.record(of: Int(length)) { (reader) throws(DNSMessageError) -> DNSRecordData in
            guard recordClass == DNSRecord.internet else { return .other(type, reader.rest()) }
            var attempt = reader
            guard let data = try? DNSRecordData(decoding: type, &attempt), attempt.count == 0 else {
                return .other(type, reader.rest())
            }
            reader = attempt
            return data
        }
        // A number with the highest bit set counts as none (RFC 2181 section 8).
        return DNSRecord(
            name: name, timeToLive: timeToLive > UInt32(Int32.max) ? 0 : timeToLive, data: data,
            recordClass: recordClass)
    }
}
