import Netius
import Testing

#if canImport(Glibc)
    import Glibc
    private let streamType = Int32(SOCK_STREAM.rawValue)
#elseif canImport(Musl)
    import Musl
    private let streamType = SOCK_STREAM
#elseif canImport(Darwin)
    import Darwin
    private let streamType = SOCK_STREAM
#endif

/// The structure for the address, read back as if the system had written it, with as many of its bytes as `length` says.
private func reread(_ address: SocketAddress, length: socklen_t? = nil) throws -> SocketAddress? {
    var storage = sockaddr_storage()
    let used = try address.withSockaddr { pointer, length in
        withUnsafeMutableBytes(of: &storage) {
            $0.copyMemory(from: UnsafeRawBufferPointer(start: pointer, count: Int(length)))
        }
        return length
    }
    return SocketAddress(storage, length: length ?? used)
}

/// What the system would write for a Unix domain socket with these bytes of path.
private func unix(_ path: [UInt8]) -> SocketAddress? {
    var storage = sockaddr_storage()
    storage.ss_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &storage) { $0[2...].copyBytes(from: path) }
    return SocketAddress(storage, length: socklen_t(2 + path.count))
}

@Suite struct SocketAddressSystemTests {
    @Test(
        "An address survives the system's structure",
        arguments: [
            "127.0.0.1:80", "0.0.0.0:0", "255.255.255.254:65535", "[::1]:80", "[2001:db8::1:2]:258", "[fe80::1%7]:80",
            "[::ffff:1.2.3.4]:1", "unix:/run/x", "unix:x", "unix:/é",
        ])
    func roundTrip(_ text: String) throws {
        let address = try #require(SocketAddress(text))
        #expect(try reread(address) == address)
    }

    @Test("Random addresses survive the system's structure")
    func random() throws {
        var random = AddressRandom(seed: 17)
        for _ in 0..<20_000 {
            let port = UInt16.random(in: 0...UInt16.max, using: &random)
            let address = SocketAddress.ip(
                Bool.random(using: &random) ? .v4(random.ipv4()) : .v6(random.ipv6()), port: port)
            guard try reread(address) == address else {
                Issue.record("\(address) does not survive")
                return
            }
        }
    }

    @Test("The structures hold what the C library expects")
    func structures() throws {
        try SocketAddress.ip(.v4(.loopback), port: 0x1234).withSockaddr { pointer, length in
            #expect(length == socklen_t(MemoryLayout<sockaddr_in>.size))
            let bytes = [UInt8](UnsafeRawBufferPointer(start: pointer, count: Int(length)))
            #expect(Array(bytes[2..<8]) == [0x12, 0x34, 127, 0, 0, 1])
            #expect(pointer.pointee.sa_family == sa_family_t(AF_INET))
        }
        let address = try #require(SocketAddress("[fe80::2%9]:4660"))
        try address.withSockaddr { pointer, length in
            #expect(length == socklen_t(MemoryLayout<sockaddr_in6>.size))
            pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                #expect($0.pointee.sin6_family == sa_family_t(AF_INET6))
                #expect($0.pointee.sin6_port == UInt16(0x1234).bigEndian)
                #expect($0.pointee.sin6_scope_id == 9 && $0.pointee.sin6_flowinfo == 0)
                let octets = withUnsafeBytes(of: $0.pointee.sin6_addr) { [UInt8]($0) }
                #expect(octets == [0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2])
            }
        }
        try SocketAddress.unix(path: "/a").withSockaddr { pointer, length in
            #expect(length == 5)
            #expect(
                [UInt8](UnsafeRawBufferPointer(start: pointer, count: 5))[2...] == [
                    UInt8(ascii: "/"), UInt8(ascii: "a"), 0,
                ])
        }
        #expect(SocketAddress("1.2.3.4:1")?.family == AF_INET)
        #expect(SocketAddress("[::1]:1")?.family == AF_INET6)
        #expect(SocketAddress("unix:/x")?.family == AF_UNIX)
    }

    @Test("A length that leaves the address incomplete gives nil, one beyond the storage is bounded")
    func lengths() throws {
        for text in ["127.0.0.1:80", "[::1]:80"] {
            let address = try #require(SocketAddress(text))
            let size = try address.withSockaddr { $1 }
            for length in 0..<size { #expect(try reread(address, length: length) == nil) }
            for length in [size, size + 1, 128, 129, .max] { #expect(try reread(address, length: length) == address) }
        }
        let path = SocketAddress.unix(path: "/run/x")
        #expect(try reread(path, length: 0) == nil)
        #expect(try reread(path, length: 1) == nil)
        #expect(try reread(path, length: 2) == .unix(path: ""))
        #expect(try reread(path, length: 6) == .unix(path: "/run"))
        #expect(try reread(path, length: .max) == path)
    }

    @Test("Other families give nil")
    func families() {
        var storage = sockaddr_storage()
        for family in [AF_UNSPEC, 16, 17, 255] where family != AF_INET && family != AF_INET6 && family != AF_UNIX {
            storage.ss_family = sa_family_t(family)
            #expect(SocketAddress(storage, length: 128) == nil)
        }
    }

    @Test("A path that the system would not take as written is refused")
    func refusedPaths() throws {
        let capacity = MemoryLayout.size(ofValue: sockaddr_un().sun_path)
        let longest = SocketAddress.unix(path: String(repeating: "x", count: capacity - 1))
        #expect(try reread(longest) == longest)
        #expect(throws: SocketAddressError.pathTooLong(limit: capacity - 1)) {
            try reread(.unix(path: String(repeating: "x", count: capacity)))
        }
        #expect(throws: SocketAddressError.pathTooLong(limit: capacity - 1)) {
            try reread(.unix(path: String(repeating: "é", count: capacity / 2)))
        }
        #expect(throws: SocketAddressError.pathContainsZero) { try reread(.unix(path: "/run/x\0y")) }
        #expect(throws: SocketAddressError.pathContainsZero) { try reread(.unix(path: "\0x")) }
        #expect(throws: SocketAddressError.pathContainsZero) { try reread(.unix(path: "/x\0")) }
        #expect(throws: SocketAddressError.pathEmpty) { try reread(.unix(path: "")) }
    }

    @Test("What the body throws and returns comes out")
    func bodies() throws {
        struct Refusal: Error {}
        let address = SocketAddress.ip(.v4(.loopback), port: 1)
        #expect(throws: Refusal.self) { try address.withSockaddr { _, _ in throw Refusal() } }
        #expect(try address.withSockaddr { _, _ in 7 } == 7)
    }

    @Test("A path ends at its zero byte or its length; one that has no text is refused")
    func paths() {
        #expect(unix(Array("/x\0garbage".utf8)) == .unix(path: "/x"))
        #expect(unix(Array("/x".utf8)) == .unix(path: "/x"))
        #expect(
            unix([UInt8](repeating: 120, count: 110))
                == .unix(path: String(repeating: "x", count: MemoryLayout.size(ofValue: sockaddr_un().sun_path))))
        #expect(unix([0x2f, 0xff]) == nil)
        #expect(unix(Array("@x\0".utf8)) == .unix(path: "./@x"))
    }

    #if os(Linux)
        @Test("A path that begins with @ is a name in the abstract namespace")
        func abstractNames() throws {
            for path in ["@name", "@", "@/with/slashes", "@@", "@" + String(repeating: "x", count: 107)] {
                #expect(try reread(.unix(path: path)) == .unix(path: path))
            }
            try SocketAddress.unix(path: "@ab").withSockaddr { pointer, length in
                #expect(length == 5)
                #expect(Array([UInt8](UnsafeRawBufferPointer(start: pointer, count: 5))[2...]) == [0, 97, 98])
            }
            #expect(throws: SocketAddressError.pathTooLong(limit: 108)) {
                try reread(.unix(path: "@" + String(repeating: "x", count: 108)))
            }
            #expect(unix([0, 97, 0, 98]) == nil)
            #expect(unix([0, 0xff]) == nil)
        }

        @Test("The system knows a bound abstract name by the same path")
        func boundName() throws {
            let address = SocketAddress.unix(path: "@netius-address-test-\(getpid())")
            #expect(try bound(to: address) == address)
        }
    #else
        @Test("A path that begins with @ is refused where there is no abstract namespace")
        func abstractNames() {
            #expect(throws: SocketAddressError.abstractPathUnsupported) { try reread(.unix(path: "@name")) }
        }
    #endif

    @Test("A socket is bound to the address, and the system says so")
    func boundAddress() throws {
        let address = try #require(try bound(to: .ip(.v4(.loopback), port: 0)))
        #expect(address.ipAddress == .v4(.loopback))
        #expect((address.port ?? 0) > 0)
    }

    @Test("An unbound Unix domain socket has an empty path")
    func unnamed() throws {
        var descriptors: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, streamType, 0, &descriptors) == 0)
        defer { descriptors.forEach { close($0) } }
        #expect(name(of: descriptors[0]) == .unix(path: ""))
    }

    private func bound(to address: SocketAddress) throws -> SocketAddress? {
        let descriptor = socket(address.family, streamType, 0)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        try #require(try address.withSockaddr { bind(descriptor, $0, $1) } == 0)
        return name(of: descriptor)
    }

    private func name(of descriptor: Int32) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        return status == 0 ? SocketAddress(storage, length: length) : nil
    }
}
