internal import Netius

/// What a file in the form of `/etc/hosts` says: an address, and the names that have it, on each line.
struct HostsFile: Sendable, Hashable {
    /// Addresses by names in lower case, without a dot at the end.
    private(set) var addresses: [String: [IPAddress]] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let content = line.prefix { $0 != "#" }
            let words = content.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let first = words.first, let address = IPAddress(first) else { continue }
            for word in words.dropFirst() {
                guard let name = DNSName(word)?.lowercased else { continue }
                if addresses["\(name)"]?.contains(address) != true { addresses["\(name)", default: []].append(address) }
            }
        }
    }
}
