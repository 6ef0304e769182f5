internal import Netius

/// What a file in the form of `/etc/resolv.conf` says; lines and options that make no sense are passed over, as the
/// system's resolver does.
struct ResolverFile: Sendable, Hashable {
    var servers: [SocketAddress] = []
    var searchDomains: [String] = []
    var minimumDots: Int?
    var timeout: Duration?
    var attempts: Int?
    var rotatesServers = false
    var usesTCP = false

    /// Further ones are passed over, as resolv.conf(5) has it.
    private static let maximumServers = 3

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            guard let first = line.first, first != "#", first != ";" else { continue }
            let words = line.split { $0 == " " || $0 == "\t" }.map(String.init)
            guard let keyword = words.first else { continue }
            switch keyword {
            case "nameserver":
                guard servers.count < Self.maximumServers, words.count > 1 else { continue }
                if let server = SocketAddress(nameServer: words[1]) { servers.append(server) }
            // Of several the last counts.
            case "search", "domain": searchDomains = Array(words.dropFirst())
            case "options": for option in words.dropFirst() { read(option: option) }
            default: continue
            }
        }
    }

    private mutating func read(option: String) {
        let parts = option.split(separator: ":", maxSplits: 1)
        let number = parts.count == 2 ? UInt16(parts[1]).map(Int.init) : nil
        switch parts.first {
        // With the bounds that resolv.conf(5) has.
        case "ndots": if let number { minimumDots = min(number, 15) }
        case "timeout": if let number { timeout = .seconds(min(max(number, 1), 30)) }
        case "attempts": if let number { attempts = min(max(number, 1), 5) }
        case "rotate": rotatesServers = true
        case "use-vc": usesTCP = true
        default: return
        }
    }
}
