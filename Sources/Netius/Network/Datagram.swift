/// A UDP socket: a sequence of the packets that arrive, each with its sender.
///
/// ```swift
/// let socket = try await Datagram.bind(.ip(.v4(.loopback), port: 0))
/// for try await packet in socket { try await socket.send(packet.bytes, to: packet.sender) }
/// ```
///
/// Packets that nobody reads wait in the system's buffer, and are lost when it is full, as UDP is.
public actor Datagram {
    /// A packet that arrived.
    public struct Packet: Sendable, Hashable {
        /// What it carries.
        public let bytes: [UInt8]
        /// Where it came from.
        public let sender: SocketAddress
    }

    /// The loop that the socket lives on.
    public nonisolated let loop: EventLoop
    /// Where it receives.
    public nonisolated let address: SocketAddress

    private let pollable: Pollable

    /// The loop's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.unownedExecutor }

    private init(descriptor: CInt, address: SocketAddress, on loop: EventLoop) throws {
        self.loop = loop
        self.address = address
        pollable = try Pollable(descriptor: descriptor, on: loop)
    }

    /// A socket that receives at `address`; port 0 lets the system choose one.
    ///
    /// - Throws: `SystemError`; `SocketAddressError`.
    public static func bind(_ address: SocketAddress, on loop: EventLoop? = nil) async throws -> Datagram {
        try await make(for: address, on: loop) { try Socket.bind($0, to: address) }
    }

    /// A socket that exchanges packets with one peer alone, from a port that the system chooses.
    ///
    /// - Throws: `SystemError`; `SocketAddressError`.
    public static func connect(to peer: SocketAddress, on loop: EventLoop? = nil) async throws -> Datagram {
        try await make(for: peer, on: loop) { _ = try Socket.connect($0, to: peer) }
    }

    private static func make(
        for address: SocketAddress, on loop: EventLoop?, _ prepare: (CInt) throws -> Void
    ) async throws -> Datagram {
        let loop = try loop ?? LoopGroup.shared.next()
        let descriptor = try Socket.open(for: address, datagram: true)
        do {
            try prepare(descriptor)
        } catch {
            Descriptor.close(descriptor)
            throw error
        }
        let local = Socket.localAddress(of: descriptor) ?? address
        return try await loop.run { try Datagram(descriptor: descriptor, address: local, on: loop) }
    }

    /// The next packet; nil once the socket is closed.
    ///
    /// - Throws: `SystemError`, such as `ECONNREFUSED` on a connected socket whose peer is not there; the socket can be
    ///   used on. `ConnectionError.concurrentRead`; `CancellationError`.
    public func receive() async throws -> Packet? {
        while !pollable.isClosed {
            loop.buffers.freeInput()
            if pollable.mayCall(reading: true),
                let packet = try unsafe Socket.receivePacket(pollable.descriptor, into: loop.buffers.input)
            {
                return packet
            }
            pollable.isReadable = false
            try await wait(reading: true)
        }
        return nil
    }

    /// Sends a packet, to the connected peer or to `receiver`.
    ///
    /// - Throws: `SystemError`, with `EMSGSIZE` for a packet that is too long; `ConnectionError`; `CancellationError`.
    public func send(_ bytes: [UInt8], to receiver: SocketAddress? = nil) async throws {
        while true {
            guard !pollable.isClosed else { throw ConnectionError.closed }
            if pollable.mayCall(reading: false), try Socket.sendPacket(bytes, to: receiver, on: pollable.descriptor) {
                return
            }
            pollable.isWritable = false
            try await wait(reading: false)
        }
    }

    private func wait(reading: Bool) async throws {
        try Task.checkCancellation()
        let end = await withTaskCancellationHandler {
            reading ? await pollable.readableUnlessCancelled() : await pollable.writableUnlessCancelled()
        } onCancel: {
            loop.execute { [pollable] in reading ? pollable.cancelReader() : pollable.cancelWriter() }
        }
        switch end {
        case .ready, .timedOut: return
        case .busy: throw reading ? ConnectionError.concurrentRead : ConnectionError.concurrentWrite
        case .cancelled:
            guard pollable.mayNotWait else { return }
            guard pollable.isClosed, !Task.isCancelled else { throw CancellationError() }
        }
    }

    /// Closes the socket; a sequence over it ends.
    public func close() {
        pollable.close()
    }

    deinit {
        guard !pollable.isClosed else { return }
        loop.execute { [pollable] in pollable.close() }
    }
}

extension Datagram: AsyncSequence {
    /// Receives packets from here on.
    public nonisolated func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(socket: self)
    }

    /// Packets as they arrive, until the socket is closed.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let socket: Datagram

        /// The next packet, as `Datagram.receive()`.
        public mutating func next() async throws -> Packet? {
            try await socket.receive()
        }

        /// The next packet, as `Datagram.receive()`.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Packet? {
            try await socket.receive()
        }
    }
}
