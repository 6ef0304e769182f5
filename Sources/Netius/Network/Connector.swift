/// Makes one connection, on its loop.
actor Connector {
    let loop: EventLoop

    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.unownedExecutor }

    init(loop: EventLoop) {
        self.loop = loop
    }

    /// Connects, from the local address if one is given, else from that of the system's choice.
    func connect(
        to address: SocketAddress, from localAddress: IPAddress? = nil, until deadline: MonotonicTime
    ) async throws -> Connection {
        try Task.checkCancellation()
        let descriptor = try Socket.open(for: address)
        let isConnected: Bool
        do {
            if address.ipAddress != nil { Socket.setNoDelay(descriptor) }
            if let localAddress, address.ipAddress != nil {
                try Socket.bind(descriptor, to: .ip(localAddress, port: 0))
            }
            isConnected = try Socket.connect(descriptor, to: address)
        } catch {
            Descriptor.close(descriptor)
            throw error
        }
        let transport = try Transport(descriptor: descriptor, peer: address, on: loop)
        if !isConnected {
            // Before anything is awaited: the event that says otherwise may come at any time after.
            transport.pollable.isWritable = false
            do {
                try await waitUntilConnected(transport.pollable, address, until: deadline)
            } catch {
                transport.close()
                throw error
            }
        }
        return Connection(transport)
    }

    private func waitUntilConnected(
        _ pollable: Pollable, _ address: SocketAddress, until deadline: MonotonicTime
    ) async throws {
        let end = await withTaskCancellationHandler {
            // `loop` is `self.loop`: only a closure that captures its actor runs on the actor's executor.
            loop.assertCurrent()
            return await pollable.writableUnlessCancelled(until: deadline)
        } onCancel: {
            loop.execute { pollable.cancelWriter() }
        }
        switch end {
        case .ready:
            let code = Socket.pendingError(of: pollable.descriptor)
            guard code == 0 else { throw SystemError(operation: "connect \(address)", code: code) }
        case .timedOut: throw ConnectError.timedOut
        case .cancelled, .busy: throw CancellationError()
        }
    }
}
