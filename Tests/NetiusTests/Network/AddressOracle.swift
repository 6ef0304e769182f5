import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The C library's own opinion of an address, to hold ours against.
enum AddressOracle {
    /// The octets that `inet_pton` reads, or nil when it refuses the text.
    static func octets(_ text: String, family: Int32) -> [UInt8]? {
        var octets = [UInt8](repeating: 0, count: family == AF_INET ? 4 : 16)
        return inet_pton(family, text, &octets) == 1 ? octets : nil
    }

    /// The text that `inet_ntop` prints.
    static func text(_ octets: [UInt8]) -> String? {
        var text = [CChar](repeating: 0, count: 64)
        guard inet_ntop(octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count)) != nil else {
            return nil
        }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The name of the first interface, which every host has, and its index.
    static let interface: (name: String, index: UInt32)? = {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        guard if_indextoname(1, &name) != nil else { return nil }
        return (String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self), 1)
    }()
}

/// SplitMix64: the same numbers in every run.
struct AddressRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func ipv4() -> IPv4Address {
        IPv4Address(bits: UInt32.random(in: 0...UInt32.max, using: &self))
    }

    /// An address of which about half the groups are zero, and some others short, so that all forms occur.
    mutating func ipv6() -> IPv6Address {
        var bits: UInt128 = 0
        for _ in 0..<8 {
            let group: UInt16 =
                switch UInt8.random(in: 0..<8, using: &self) {
                case 0..<4: 0
                case 4: UInt16.random(in: 0..<16, using: &self)
                default: UInt16.random(in: 0...UInt16.max, using: &self)
                }
            bits = bits << 16 | UInt128(group)
        }
        if UInt8.random(in: 0..<16, using: &self) == 0 { bits = 0xffff << 32 | bits & 0xffff_ffff }
        return IPv6Address(bits: bits)
    }

    /// The text with one to three bytes replaced, removed or inserted.
    mutating func mutation(of text: String) -> String {
        let alphabet = Array("0011259aFfgx::::....%[] -+\0".utf8)
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &self)]
            let position = Int.random(in: 0...bytes.count, using: &self)
            switch UInt8.random(in: 0..<3, using: &self) {
            case 0 where position < bytes.count: bytes[position] = byte
            case 1 where position < bytes.count: bytes.remove(at: position)
            default: bytes.insert(byte, at: position)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
