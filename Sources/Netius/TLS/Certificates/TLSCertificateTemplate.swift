/// What to write into a certificate that is to be made.
package struct TLSCertificateTemplate: Sendable {
    /// What the certificate may be used for, beside what its key usage says.
    package enum Purpose: String, Sendable {
        case server = "serverAuth"
        case client = "clientAuth"
    }

    /// The common name of its subject (at most 64 characters), which no client looks at for a server's name; nil for none.
    package var commonName: String?
    /// The DNS names, `*.example.com` among them, and IP addresses it is for.
    package var names: [String]
    /// What an end's certificate may be used for.
    package var purposes: [Purpose]
    /// Whether it may sign others.
    package var isAuthority: Bool
    /// How many authorities may stand between it and an end's certificate; nil for any number.
    package var maximumPathLength: UInt8?
    /// When it becomes valid.
    package var notBefore: Timestamp
    /// The last moment at which it is valid.
    package var notAfter: Timestamp

    /// The time before the present at which a new certificate becomes valid, for peers whose clocks are slow: 1 hour.
    package static let clockAllowance: Int64 = 3600

    package init(
        commonName: String? = nil, names: [String] = [], purposes: [Purpose] = [.server], isAuthority: Bool = false,
        maximumPathLength: UInt8? = nil, validFor: Duration = .seconds(30 * 86_400)
    ) {
        self.commonName = commonName
        self.names = names
        self.purposes = purposes
        self.isAuthority = isAuthority
        self.maximumPathLength = maximumPathLength
        let now = Timestamp.now.seconds
        notBefore = Timestamp(seconds: now - Self.clockAllowance)
        let (end, overflows) = now.addingReportingOverflow(validFor.components.seconds)
        notAfter = Timestamp(seconds: overflows ? .max : end)
    }
}

/// A name that a certificate is for.
enum CertificateName: Hashable {
    case dns(String)
    case ip(IPAddress)

    /// Reads an IP address, or a DNS name (RFC 1123 section 2.1), of which the first label may be `*`.
    init(_ text: String) throws(TLSConfigurationError) {
        if let address = IPAddress(text), IPAddress(octets: address.octets) == address {
            self = .ip(address)
            return
        }
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        let isWildcard = labels.first == "*" && labels.count > 1
        guard text.utf8.count <= 253, labels.dropFirst(isWildcard ? 1 : 0).allSatisfy(Self.isLabel) else {
            throw TLSConfigurationError("\(text.quoted) is neither a DNS name nor an IP address")
        }
        self = .dns(text.lowercased())
    }

    /// As OpenSSL's configuration writes it; no character of it means anything else there.
    var configuration: String {
        switch self {
        case .dns(let name): "DNS:\(name)"
        case .ip(let address): "IP:\(address)"
        }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        let isHyphenated = label.hasPrefix("-") || label.hasSuffix("-")
        return (1...63).contains(label.utf8.count) && !isHyphenated
            && label.utf8.allSatisfy { octet in
                switch octet {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
