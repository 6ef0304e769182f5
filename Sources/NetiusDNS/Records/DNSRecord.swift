/// A resource record (RFC 1035 section 3.2.1): what a name has, and for how long that may be remembered.
public struct DNSRecord: Sendable, Hashable {
    /// Whose record it is.
    public let name: DNSName
    /// How many seconds it may be kept.
    public let timeToLive: UInt32
    /// What it says.
    public let data: DNSRecordData
    /// The class, which is the Internet's but for curiosities.
    package let recordClass: UInt16

    /// A record of the Internet's class.
    public init(name: DNSName, timeToLive: UInt32 = 3600, data: DNSRecordData) {
        self.init(name: name, timeToLive: timeToLive, data: data, recordClass: Self.internet)
    }

    package init(name: DNSName, timeToLive: UInt32, data: DNSRecordData, recordClass: UInt16) {
        self.name = name
        self.timeToLive = timeToLive
        self.data = data
        self.recordClass = recordClass
    }

    /// What kind of data it has.
    public var type: DNSRecordType { data.type }

    /// The number of the Internet's class.
    static let internet: UInt16 = 1
}

extension DNSRecord: CustomStringConvertible {
    /// The record as a line of a zone file: `example.com. 3600 IN MX 10 mail.example.com.`
    public var description: String {
        let recordClass = recordClass == Self.internet ? "IN" : "CLASS\(recordClass)"
        return "\(name.absoluteText) \(timeToLive) \(recordClass) \(type) \(data)"
    }
}
