/// A stream connection: an actor that lives on its loop.
///
/// Reading is a sequence of runs of bytes, writing suspends while the peer is slow, and what is not read is not taken
/// from the system, which slows the peer down. A connection is to be closed: `handle` does so by itself.
///
/// ```swift
/// for try await bytes in connection {
///     try await connection.write(bytes)
/// }
/// ```
///
/// One task may read while another writes; two that read, or two that write, get a `ConnectionError`.
public actor Connection {
    /// The loop that the connection lives on.
    public nonisolated let loop: EventLoop
    /// The address of the other end.
    public nonisolated let peerAddress: SocketAddress
    /// How long a write waits for a peer that takes nothing; 60 seconds by default.
    public var writeTimeout: Duration = .seconds(60)
    /// How long a read waits for a peer that sends nothing; without end by default.
    public var readTimeout: Duration?

    let transport: Transport
    var isWriting = false
    private(set) var isClosed = false

    /// The loop's.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.unownedExecutor }

    package init(_ transport: Transport) {
        self.transport = transport
        loop = transport.loop
        peerAddress = transport.peerAddress
    }

    /// The address of this end, nil once the connection is closed.
    public var localAddress: SocketAddress? { transport.localAddress() }

    /// Sets `readTimeout` and `writeTimeout`.
    public func setTimeouts(read: Duration?, write: Duration) {
        readTimeout = read
        writeTimeout = write
    }

    // MARK: Reading

    /// The next bytes that arrive, at most 64 KiB of them; nil when the peer has sent its last.
    ///
    /// - Throws: `SystemError` when the connection broke; `ConnectionError` when it was closed on this side, the peer
    ///   sent nothing within `readTimeout`, or another task is reading; `CancellationError`.
    public func read() async throws -> [UInt8]? {
        while true {
            if transport.unreadCount > 0 {
                let bytes = transport.withUnread { [UInt8]($0) }
                transport.consume(bytes.count)
                return bytes
            }
            switch transport.receive() {
            case .bytes: continue
            case .end:
                // Also where the loop or a server has closed it: that is not the end of what the peer sends.
                guard !transport.pollable.isClosed else { throw cancellation() }
                return nil
            case .failed(let error): throw error
            case .wouldBlock: try await waitUntilReadable()
            }
        }
    }

    private func waitUntilReadable() async throws {
        try Task.checkCancellation()
        let deadline = readTimeout.map { loop.now + $0 } ?? .distantFuture
        let end = await withTaskCancellationHandler {
            await transport.pollable.readableUnlessCancelled(until: deadline)
        } onCancel: {
            loop.execute { [transport] in transport.pollable.cancelReader() }
        }
        switch end {
        case .ready: return
        case .timedOut: throw ConnectionError.readTimedOut
        case .busy: throw ConnectionError.concurrentRead
        case .cancelled: if transport.pollable.mayNotWait { throw cancellation() }
        }
    }

    // MARK: Writing

    /// Sends the bytes. When this returns the system has taken them all.
    ///
    /// - Throws: `SystemError` when the connection broke; `ConnectionError` when it was closed on this side, the peer
    ///   took nothing within `writeTimeout`, or another task is writing; `CancellationError`. Unless another task is
    ///   writing, an unknown part of the bytes may have been sent, and the connection takes no more.
    public func write(_ bytes: [UInt8]) async throws {
        try await write(vector: [bytes[...]])
    }

    /// Sends part of an array.
    public func write(_ bytes: ArraySlice<UInt8>) async throws {
        try await write(vector: [bytes])
    }

    /// Sends text as UTF-8.
    public func write(_ text: String) async throws {
        try await write(vector: [Array(text.utf8)[...]])
    }

    /// Sends several runs of bytes, in order, in as few calls as it takes.
    public func write(vector: [ArraySlice<UInt8>]) async throws {
        guard !isClosed else { throw ConnectionError.closed }
        guard !isWriting else { throw ConnectionError.concurrentWrite }
        isWriting = true
        defer { isWriting = false }
        for bytes in vector {
            // Small runs are put together; a large one is sent from where it is.
            if bytes.count <= 16 * 1024, transport.unsentCount <= 64 * 1024 {
                transport.output.append(bytes)
            } else {
                try await send(bytes)
            }
        }
        try await send([])
    }

    private func send(_ bytes: ArraySlice<UInt8>) async throws {
        let (sent, count) = transport.flush(then: bytes)
        switch sent {
        case .all: return
        case .failed(let error): throw error
        case .wouldBlock: break
        }
        do {
            try await withTaskCancellationHandler {
                var count = count
                try await transport.flush(
                    then: bytes.dropFirst(count), bodySent: &count, stall: writeTimeout, isCancellable: true)
            } onCancel: {
                loop.execute { [transport] in transport.pollable.cancelWriter() }
            }
        } catch ConnectionError.cancelled {
            // What was sent cannot be unsent: the stream has lost its place, and must not seem to have ended here.
            let reason = cancellation()
            abort()
            throw reason
        } catch {
            abort()
            throw error
        }
    }

    func cancellation() -> any Error {
        Task.isCancelled ? CancellationError() : isClosed ? ConnectionError.closed : ConnectionError.cancelled
    }

    // MARK: Ending

    /// Tells the peer that nothing more follows; reading goes on.
    public func finishWriting() {
        guard !transport.shutDownOutput() else { return }
        Task {
            try await transport.finish(stall: writeTimeout)
            transport.shutDownOutput()
        }
    }

    /// Closes the connection, ending what waits on it. What was written has been given to the system, which delivers it.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        transport.close()
    }

    /// Closes the connection so that the peer sees that it was cut off: with a reset, where there is such a thing.
    public func abort() {
        guard !isClosed else { return }
        isClosed = true
        transport.abort()
    }

    /// Gives up the transport, which whoever asks has to close: this connection counts as closed.
    package func releaseTransport() throws -> Transport {
        guard !isClosed else { throw ConnectionError.closed }
        isClosed = true
        return transport
    }

    // MARK: Handling

    /// Runs `body` in a task on the connection's loop and closes the connection when it ends.
    ///
    /// - Returns: The task; an error that `body` throws is its result, and to cancel it ends the reads and writes.
    @discardableResult
    public nonisolated func handle(
        _ body: nonisolated(nonsending) @escaping @Sendable (Connection) async throws -> Void
    ) -> Task<Void, any Error> {
        Task(executorPreference: loop.taskExecutor) {
            try await self.run(body)
        }
    }

    private func run(_ body: nonisolated(nonsending) @Sendable (Connection) async throws -> Void) async throws {
        defer { close() }
        try await body(self)
    }

    deinit {
        // The last reference is gone: no task can wait on the transport, which only the loop may close.
        guard !isClosed else { return }
        loop.execute { [transport] in transport.close() }
    }
}

extension Connection: AsyncSequence {
    /// Reads the connection from where it is; a second iterator goes on where the first has come to.
    public nonisolated func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(connection: self)
    }

    /// Runs of bytes as they arrive, until the peer has sent its last.
    public struct AsyncIterator: AsyncIteratorProtocol {
        let connection: Connection

        /// The next bytes, as `Connection.read()`.
        public mutating func next() async throws -> [UInt8]? {
            try await connection.read()
        }

        /// The next bytes, as `Connection.read()`.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(any Error) -> [UInt8]? {
            try await connection.read()
        }
    }
}
