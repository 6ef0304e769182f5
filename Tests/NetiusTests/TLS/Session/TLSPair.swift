@testable import Netius

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A server and a client for `localhost` that trusts it.
struct TLSContexts {
    let server: TLSServerContext
    let client: TLSClientContext

    init(_ change: (inout TLSServerConfiguration, inout TLSClientConfiguration) -> Void = { _, _ in }) throws {
        let identity = try TLSIdentity.selfSigned(names: ["localhost", "127.0.0.1"])
        var server = TLSServerConfiguration(identity: identity)
        var client = TLSClientConfiguration()
        client.trustRoots = .certificates(identity.chain)
        change(&server, &client)
        self.server = try TLSServerContext(server)
        self.client = try TLSClientContext(client)
    }
}

extension ConnectionPair {
    /// Two ends, the first of them the client, that have shaken hands.
    static func protected(
        on loop: EventLoop, and other: EventLoop, _ contexts: TLSContexts
    ) async throws -> ConnectionPair {
        let pair = try await ConnectionPair(on: loop, and: other)
        try await pair.shakeHands(contexts)
        return pair
    }

    func shakeHands(_ contexts: TLSContexts) async throws {
        async let served: Void = second.startTLS(contexts.server)
        try await first.startTLS(contexts.client, serverName: "localhost")
        try await served
    }
}

extension Connection {
    /// Ends this side of the TCP connection without a word of TLS.
    func cutOff() {
        _ = shutdown(transport.pollable.descriptor, CInt(SHUT_WR))
    }
}
