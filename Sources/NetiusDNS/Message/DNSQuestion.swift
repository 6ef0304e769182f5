/// What is asked (RFC 1035 section 4.1.2).
package struct DNSQuestion: Sendable, Hashable {
    package let name: DNSName
    package let type: DNSRecordType
    package let questionClass: UInt16

    package init(name: DNSName, type: DNSRecordType, questionClass: UInt16 = DNSRecord.internet) {
        self.name = name
        self.type = type
        self.questionClass = questionClass
    }
}
