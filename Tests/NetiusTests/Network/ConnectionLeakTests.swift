#if os(Linux)
    import Testing

    @testable import Netius

    /// In a process of its own, where nothing else opens descriptors, starts threads or allocates.
    @Suite struct ConnectionLeakTests {
        #if DEBUG
            private static let connectionCount = 5_000
        #else
            private static let connectionCount = 100_000
        #endif
        private static let burst = 50

        @Test("A hundred thousand connections, however they end, leave no descriptor, thread or memory")
        func leaks() async {
            await #expect(processExitsWith: .success) {
                try await withLoops(2, within: .seconds(600)) { group in
                    let listener = try await Listener.bind(port: 0, on: group.loops[0])
                    let serving = group.loops[0].start {
                        for try await connection in listener {
                            connection.handle { for try await bytes in $0 { try await $0.write(bytes) } }
                        }
                    }
                    try await Self.connect(Self.connectionCount / 5, to: listener.address, on: group.loops[1])
                    try await Self.settle(group)
                    let descriptors = ProcessResources.descriptors
                    let threads = ProcessResources.threads
                    let memory = ProcessResources.residentMemory

                    try await Self.connect(Self.connectionCount, to: listener.address, on: group.loops[1])
                    try await Self.settle(group)
                    // Swift may close one of its own meanwhile.
                    #expect(ProcessResources.descriptors <= descriptors)
                    #expect(ProcessResources.threads <= threads + 1)
                    // Less than 100 bytes for each connection: even a lost object would be more.
                    let growth = ProcessResources.residentMemory - memory
                    #expect(growth < max(100 * Self.connectionCount, 4 << 20), "grown by \(growth) bytes")
                    for loop in group.loops {
                        let timers = try await loop.run { loop.timers.count }
                        #expect(timers == 0)
                    }
                    await listener.close()
                    try await serving.value
                }
            }
        }

        /// Waits until no connection is left; the listener is one, on the first loop.
        private static func settle(_ group: LoopGroup) async throws {
            try await eventually {
                let first = try await group.loops[0].run { group.loops[0].pollables.count }
                let second = try await group.loops[1].run { group.loops[1].pollables.count }
                return first == 1 && second == 0
            }
        }

        private static func connect(_ count: Int, to address: SocketAddress, on loop: EventLoop) async throws {
            for start in stride(from: 0, to: count, by: burst) {
                let clients = (start..<(start + burst)).map { number in
                    loop.start {
                        let connection = try await Connection.connect(to: address, on: loop)
                        try await connection.write("ping")
                        #expect(try await connection.read() == Array("ping".utf8))
                        switch number % 20 {
                        // In good order, which keeps the system's port busy for a while.
                        case 0: await connection.close()
                        // Dropped.
                        case 1: return
                        // The peer closes first.
                        case 2:
                            await connection.finishWriting()
                            #expect(try await connection.read() == nil)
                            await connection.close()
                        default: await connection.abort()
                        }
                    }
                }
                for client in clients { try await client.value }
            }
        }
    }
#endif
