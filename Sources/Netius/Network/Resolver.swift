#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Turns host names into addresses: with the system's resolver, which blocks and so runs on a pool's threads, or with
/// whatever else is given, such as `NetiusDNS`'s client.
public struct Resolver: Sendable {
    /// The resolver that is used where none is named. Its 16 threads are its own: names whose servers do not answer hold
    /// up no files, and 1,024 more may wait.
    public static let shared = Resolver(
        pool: BlockingPool(name: "netius-resolver", maximumThreads: 16, maximumQueue: 1024))

    private enum Source {
        case system(BlockingPool)
        case other(lookup: @Sendable (String) async throws -> [IPAddress])
    }

    private let source: Source

    /// The system's resolver, on the threads of `pool`.
    public init(pool: BlockingPool = .shared) {
        source = .system(pool)
    }

    /// A resolver that asks `lookup`, which is given names only, neither addresses nor what is no name; it may throw
    /// `ResolverError`.
    public init(lookup: @escaping @Sendable (String) async throws -> [IPAddress]) {
        source = .other(lookup: lookup)
    }

    /// All addresses of a host, in the order in which they are preferred (the system's is that of RFC 6724). Text that is an address is
    /// its own answer, without asking anybody.
    ///
    /// - Throws: `ResolverError`; `BlockingPoolError`; `CancellationError`.
    public func addresses(of host: String) async throws -> [IPAddress] {
        if let address = IPAddress(host) { return [address] }
        guard !host.isEmpty, host.utf8.count <= 253, !host.utf8.contains(0) else {
            throw ResolverError(host: host, reason: "not a host name")
        }
        switch source {
        case .system(let pool): return try await pool.run { try Self.resolve(host) }
        case .other(let lookup): return try await lookup(host)
        }
    }

    package func firstAddress(of host: String) async throws -> IPAddress {
        guard let first = try await addresses(of: host).first else {
            throw ResolverError(host: host, reason: "it has no address")
        }
        return first
    }

    private static func resolve(_ host: String) throws -> [IPAddress] {
        var hints = unsafe addrinfo()
        #if canImport(Darwin)
            unsafe hints.ai_socktype = SOCK_STREAM
        #else
            unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(host, nil, &hints, &list)
        guard code == 0 else {
            throw ResolverError(
                host: host, reason: unsafe String(cString: gai_strerror(code)),
                // The last two are the system's own trouble, such as a lack of memory.
                isTemporary: code == EAI_AGAIN || code == EAI_MEMORY || code == EAI_SYSTEM)
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [IPAddress] = []
        // Safe: the list is the system's until it is freed above; each address is copied, bounded by its length.
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe socketAddress(entry.pointee)?.ipAddress, !found.contains(address) {
                found.append(address)
            }
            unsafe next = entry.pointee.ai_next
        }
        return found
    }

    private static func socketAddress(_ entry: addrinfo) -> SocketAddress? {
        guard let source = unsafe entry.ai_addr else { return nil }
        var storage = sockaddr_storage()
        let length = unsafe min(Int(entry.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.copyMemory(from: UnsafeRawBufferPointer(start: source, count: length))
        }
        return SocketAddress(storage, length: socklen_t(length))
    }
}

/// A host name that leads to no address.
public struct ResolverError: Error, Hashable, CustomStringConvertible {
    /// The name as it was given.
    public let host: String
    /// Why, in the resolver's words.
    public let reason: String
    /// Whether the same name may lead to an address later: nobody could say so now.
    public let isTemporary: Bool

    /// For what resolves names in place of the system.
    public init(host: String, reason: String, isTemporary: Bool = false) {
        self.host = host
        self.reason = reason
        self.isTemporary = isTemporary
    }

    /// One line for people.
    public var description: String { "cannot resolve \(host.quoted): \(reason)" }
}
