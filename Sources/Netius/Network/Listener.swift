/// A socket that listens: a sequence of the connections that arrive.
///
/// ```swift
/// for try await connection in try await Listener.bind(port: 7) {
///     connection.handle { for try await bytes in $0 { try await $0.write(bytes) } }
/// }
/// ```
///
/// Connections live on the listener's loop. When the process runs out of descriptors the listener pauses, and goes on
/// as soon as there are some again; the connections that are there are served meanwhile.
public actor Listener {
    /// The loop that accepts, and on which the connections live.
    public nonisolated let loop: EventLoop
    /// Where it listens, with the port that the system chose if it was asked to.
    public nonisolated let address: SocketAddress

    private let pollable: Pollable
    private let unixSocketFile: UnixSocketFile?
    private var acceptedInARow = 0

    /// The loop's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.unownedExecutor }

    /// Takes over a listening socket. Runs on the loop, because that is where its descriptor is registered.
    private init(
        descriptor: CInt, address: SocketAddress, unixSocketFile: UnixSocketFile?, on loop: EventLoop
    ) throws {
        self.loop = loop
        self.address = address
        self.unixSocketFile = unixSocketFile
        pollable = try Pollable(descriptor: descriptor, on: loop)
    }

    static func make(
        descriptor: CInt, unixSocketFile: UnixSocketFile? = nil, on loop: EventLoop
    ) async throws -> Listener {
        guard let address = Socket.localAddress(of: descriptor) else {
            let error = SystemError(operation: "getsockname")
            Descriptor.close(descriptor)
            throw error
        }
        return try await loop.run {
            try Listener(descriptor: descriptor, address: address, unixSocketFile: unixSocketFile, on: loop)
        }
    }

    /// The next connection, nil once the listener is closed.
    ///
    /// - Throws: `SystemError` when the socket is broken; `CancellationError`.
    public func accept() async throws -> Connection? {
        guard let accepted = try await acceptSocket() else { return nil }
        return Connection(try accepted.makeTransport(on: loop))
    }

    /// The next connection's socket, for a loop that is yet to be chosen.
    package func acceptSocket() async throws -> AcceptedSocket? {
        while !pollable.isClosed {
            do {
                if pollable.isReadable, let (descriptor, peer) = try Socket.accept(pollable.descriptor) {
                    try await giveWay()
                    return AcceptedSocket(descriptor: descriptor, peer: peer)
                }
                acceptedInARow = 0
                pollable.isReadable = false
                try await waitUntilReadable()
            } catch let error as SystemError where error.isShortage {
                Log.current.warning("accepting is paused: \(error.reason)", metadata: ["address": "\(address)"])
                try await loop.sleep(for: .milliseconds(100))
            }
        }
        return nil
    }

    /// Lets the connections that were accepted have a turn before still more are.
    private func giveWay() async throws {
        acceptedInARow += 1
        guard acceptedInARow >= 64 else { return }
        acceptedInARow = 0
        await loop.yield()
    }

    private func waitUntilReadable() async throws {
        try Task.checkCancellation()
        let end = await withTaskCancellationHandler {
            await pollable.readableUnlessCancelled()
        } onCancel: {
            loop.execute { [pollable] in pollable.cancelReader() }
        }
        switch end {
        case .ready, .timedOut: return
        case .busy: throw ConnectionError.concurrentRead
        case .cancelled:
            guard pollable.mayNotWait else { return }
            guard pollable.isClosed, !Task.isCancelled else { throw CancellationError() }
        }
    }

    /// Stops listening. Connections that were accepted are not touched.
    public func close() {
        guard !pollable.isClosed else { return }
        unixSocketFile?.remove()
        pollable.close()
    }

    deinit {
        guard !pollable.isClosed else { return }
        unixSocketFile?.remove()
        loop.execute { [pollable] in pollable.close() }
    }
}

extension Listener: AsyncSequence {
    /// Accepts connections from here on.
    public nonisolated func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(listener: self)
    }

    /// Connections as they arrive, until the listener is closed.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let listener: Listener

        /// The next connection, as `Listener.accept()`.
        public mutating func next() async throws -> Connection? {
            try await listener.accept()
        }

        /// The next connection, as `Listener.accept()`.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> Connection? {
            try await listener.accept()
        }
    }
}
