// What the address types ask of the C library, and their only unsafe code.

#if canImport(Glibc)
    package import Glibc
#elseif canImport(Musl)
    package import Musl
#elseif canImport(Darwin)
    package import Darwin
#endif

extension SocketAddress {
    /// The address family, `AF_INET`, `AF_INET6` or `AF_UNIX`.
    package var family: Int32 {
        switch self {
        case .ip(.v4, _): AF_INET
        case .ip(.v6, _): AF_INET6
        case .unix: AF_UNIX
        }
    }

    /// The address that the system wrote into `storage`.
    ///
    /// Nil for another family, for a length that leaves the address incomplete (0 is what `recvfrom` reports for a
    /// peer without a name), and for a path that is not UTF-8 or a name that holds a zero byte: neither has a `String`
    /// that would lead back to it. An unbound Unix domain socket has an empty path.
    package init?(_ storage: borrowing sockaddr_storage, length: socklen_t) {
        let family = Int32(storage.ss_family)
        // Safe: the reads below are bounded by the storage itself, and these C structures are plain bytes.
        let address: SocketAddress? = unsafe withUnsafeBytes(of: storage) { bytes in
            let length = min(Int(clamping: length), bytes.count)
            switch family {
            case AF_INET where length >= MemoryLayout<sockaddr_in>.size:
                let address = unsafe bytes.loadUnaligned(as: sockaddr_in.self)
                return SocketAddress(address)
            case AF_INET6 where length >= MemoryLayout<sockaddr_in6>.size:
                let address = unsafe bytes.loadUnaligned(as: sockaddr_in6.self)
                return SocketAddress(address)
            case AF_UNIX where length >= Self.pathOffset:
                let end = min(length, MemoryLayout<sockaddr_un>.size)
                return Self.unix(pathBytes: unsafe [UInt8](bytes[Self.pathOffset..<end]))
            default:
                return nil
            }
        }
        guard let address else { return nil }
        self = address
    }

    /// Calls `body` with the address in the system's form, valid during the call only.
    ///
    /// - Throws: `SocketAddressError` when the path of a Unix domain socket cannot be given to the system, and what
    ///   `body` throws.
    package func withSockaddr<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) throws -> Result {
        switch self {
        case .ip(.v4(let address), let port):
            return try unsafe Self.with(Self.structure(address, port: port), length: nil, body)
        case .ip(.v6(let address), let port):
            return try unsafe Self.with(Self.structure(address, port: port), length: nil, body)
        case .unix(let path):
            let (structure, length) = try Self.structure(path: path)
            return try unsafe Self.with(structure, length: length, body)
        }
    }

    private static func with<Structure, Result>(
        _ structure: Structure, length: Int?, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result
    ) throws -> Result {
        let length = socklen_t(clamping: length ?? MemoryLayout<Structure>.size)
        // Safe: every structure given here begins with the fields of `sockaddr`, and `length` is at most its size.
        return try unsafe withUnsafePointer(to: structure) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { try unsafe body($0, length) }
        }
    }
}

// MARK: Internet addresses

extension SocketAddress {
    private init(_ address: sockaddr_in) {
        let bits = UInt32(bigEndian: address.sin_addr.s_addr)
        self = .ip(.v4(IPv4Address(bits: bits)), port: UInt16(bigEndian: address.sin_port))
    }

    private init(_ address: sockaddr_in6) {
        // Safe: the structure `in6_addr` is sixteen bytes.
        let bits = unsafe withUnsafeBytes(of: address.sin6_addr) { unsafe $0.loadUnaligned(as: UInt128.self) }
        let value = IPv6Address(bits: UInt128(bigEndian: bits), zone: address.sin6_scope_id)
        self = .ip(.v6(value), port: UInt16(bigEndian: address.sin6_port))
    }

    private static func structure(_ address: IPv4Address, port: UInt16) -> sockaddr_in {
        var structure = sockaddr_in()
        #if canImport(Darwin)
            structure.sin_len = UInt8(MemoryLayout<sockaddr_in>.size)
        #endif
        structure.sin_family = sa_family_t(AF_INET)
        structure.sin_port = port.bigEndian
        structure.sin_addr.s_addr = address.bits.bigEndian
        return structure
    }

    private static func structure(_ address: IPv6Address, port: UInt16) -> sockaddr_in6 {
        var structure = sockaddr_in6()
        #if canImport(Darwin)
            structure.sin6_len = UInt8(MemoryLayout<sockaddr_in6>.size)
        #endif
        structure.sin6_family = sa_family_t(AF_INET6)
        structure.sin6_port = port.bigEndian
        structure.sin6_scope_id = address.zone
        // Safe: the structure `in6_addr` is sixteen bytes.
        unsafe withUnsafeMutableBytes(of: &structure.sin6_addr) {
            unsafe $0.storeBytes(of: address.bits.bigEndian, as: UInt128.self)
        }
        return structure
    }
}

// MARK: Unix domain sockets

extension SocketAddress {
    private static var pathCapacity: Int { MemoryLayout.size(ofValue: sockaddr_un().sun_path) }
    private static var pathOffset: Int { MemoryLayout<sockaddr_un>.size - pathCapacity }

    #if os(Linux)
        private static let hasAbstractNamespace = true
    #else
        private static let hasAbstractNamespace = false
    #endif

    private static func unix(pathBytes: [UInt8]) -> SocketAddress? {
        if hasAbstractNamespace, pathBytes.first == 0 {
            // The length alone ends an abstract name.
            guard let name = String(validating: pathBytes.dropFirst(), as: UTF8.self), !name.utf8.contains(0) else {
                return nil
            }
            return .unix(path: "@" + name)
        }
        guard let path = String(validating: pathBytes.prefix { $0 != 0 }, as: UTF8.self) else { return nil }
        return .unix(path: path.utf8.first == UInt8(ascii: "@") ? "./" + path : path)
    }

    /// The structure and how much of it is used.
    private static func structure(path: String) throws(SocketAddressError) -> (sockaddr_un, length: Int) {
        var bytes = Array(path.utf8)
        guard let first = bytes.first else { throw .pathEmpty }
        guard !bytes.contains(0) else { throw .pathContainsZero }
        let isAbstract = first == UInt8(ascii: "@")
        guard hasAbstractNamespace || !isAbstract else { throw .abstractPathUnsupported }
        // A path in the file system keeps a byte for the zero that ends it.
        let limit = isAbstract ? pathCapacity : pathCapacity - 1
        guard bytes.count <= limit else { throw .pathTooLong(limit: limit) }
        if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
        let length = pathOffset + bytes.count
        var structure = sockaddr_un()
        #if canImport(Darwin)
            structure.sun_len = UInt8(length)
        #endif
        structure.sun_family = sa_family_t(AF_UNIX)
        // Safe: `bytes` has at most `pathCapacity` elements.
        unsafe withUnsafeMutableBytes(of: &structure.sun_path) { unsafe $0.copyBytes(from: bytes) }
        return (structure, length)
    }
}

// MARK: zones

extension IPv6Address {
    /// The index of the interface of this name, or nil when there is none.
    static func zone(named name: String) -> UInt32? {
        // Safe: the string lives through the call, which reads up to its final zero.
        let index = unsafe if_nametoindex(name)
        return index == 0 ? nil : index
    }

    /// The name of the interface of this index, or nil when there is none.
    static func name(ofZone zone: UInt32) -> String? {
        var name = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
        // Safe: the call writes at most IF_NAMESIZE bytes.
        guard unsafe if_indextoname(zone, &name) != nil else { return nil }
        return String(validating: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
