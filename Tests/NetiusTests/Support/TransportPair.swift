import Foundation
import Synchronization

@testable import Netius

#if canImport(Glibc)
    import Glibc
#endif

/// A transport on a loop and, as its peer, a plain descriptor that never blocks.
actor TransportPair {
    nonisolated let loop: EventLoop
    nonisolated let peer: CInt
    private let transport: Transport

    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.unownedExecutor }

    init(on loop: EventLoop) async throws {
        var descriptors: [CInt] = [-1, -1]
        #if canImport(Glibc)
            let type = CInt(SOCK_STREAM.rawValue)
        #else
            let type = SOCK_STREAM
        #endif
        guard socketpair(AF_UNIX, type, 0, &descriptors) == 0 else { throw SystemError(operation: "socketpair") }
        try Descriptor.prepare(descriptors[0])
        try Descriptor.prepare(descriptors[1])
        peer = descriptors[1]
        self.loop = loop
        let descriptor = descriptors[0]
        transport = try await loop.run {
            try Transport(descriptor: descriptor, peer: .unix(path: ""), on: loop)
        }
    }

    /// What was received and not consumed, as text.
    var unread: String {
        transport.withUnread { String(decoding: [UInt8]($0), as: UTF8.self) }
    }

    /// Does something with the transport, on the loop.
    func perform<Result: Sendable>(_ body: @Sendable (Transport) throws -> Result) rethrows -> Result {
        try body(transport)
    }

    func send(_ file: File, range: Range<Int>) async throws {
        var sent = 0
        try await transport.flush(then: file, range: range, sent: &sent, stall: .seconds(10))
    }

    func receive() -> String {
        _ = transport.receive()
        return unread
    }

    /// Writes as the peer; how much was taken.
    @discardableResult
    nonisolated func write(_ bytes: [UInt8]) -> Int {
        max(Foundation.write(peer, bytes, bytes.count), 0)
    }

    nonisolated func write(_ text: String) {
        write(Array(text.utf8))
    }

    /// Reads as the peer what there is, at most `count` bytes.
    nonisolated func read(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = Foundation.read(peer, &bytes, count)
        return Array(bytes[..<max(got, 0)])
    }

    func close() {
        transport.close()
        Descriptor.close(peer)
    }
}
