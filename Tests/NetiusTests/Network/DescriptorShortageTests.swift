#if os(Linux)
    import Foundation
    import Glibc
    import Testing

    @testable import Netius

    /// In processes of their own: they take all descriptors there are.
    @Suite struct DescriptorShortageTests {
        /// Takes descriptors until there are no more.
        private static func takeAll() -> [CInt] {
            var taken: [CInt] = []
            while true {
                let descriptor = open("/dev/null", O_RDONLY)
                guard descriptor >= 0 else { return taken }
                taken.append(descriptor)
            }
        }

        /// Lets Swift's own timers open what they need: without it they end the process.
        private static func warmUp() async throws {
            for _ in 0..<5 { try await Task.sleep(for: .milliseconds(10)) }
        }

        /// Leaves so many beyond those that the process was given when it was started.
        private static func limitDescriptors(to count: Int) {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
            let given = names.compactMap { Int($0) }.max() ?? 0
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = rlim_t(given + count)
            #expect(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        }

        @Test("Without descriptors accepting pauses, what is there is served, and it goes on when there are some again")
        func pauseAndRecover() async {
            await #expect(processExitsWith: .success) {
                Self.limitDescriptors(to: 100)
                try await withLoops(2) { group in
                    try await Self.warmUp()
                    let listener = try await Listener.bind(port: 0, on: group.loops[0])
                    let sink = RecordingLogSink()
                    group.loops[0].start {
                        try await withLog(Log(sink: sink)) {
                            for try await connection in listener {
                                connection.handle { for try await bytes in $0 { try await $0.write(bytes) } }
                            }
                        }
                    }
                    let before = try await Connection.connect(to: listener.address, on: group.loops[1])
                    try await before.write("1")
                    #expect(try await before.read() == Array("1".utf8))

                    var taken = Self.takeAll()
                    // Swift may close some of its own meanwhile: they are taken too, or nothing would be short.
                    var more: [CInt]
                    repeat {
                        try await group.loops[0].sleep(for: .milliseconds(20))
                        more = Self.takeAll()
                        taken += more
                    } while !more.isEmpty
                    Descriptor.close(taken.removeLast())
                    let waiting = try await Connection.connect(to: listener.address, on: group.loops[1])
                    try await waiting.write("2")
                    try await eventually { !sink.records.isEmpty }
                    #expect(sink.records[0].message == "accepting is paused: Too many open files")
                    for number in 0..<20 {
                        try await before.write("\(number)")
                        #expect(try await before.read() == Array("\(number)".utf8))
                        try await group.loops[0].sleep(for: .milliseconds(15))
                    }
                    // It tries now and then, not all the time.
                    #expect(sink.records.count < 20)

                    for descriptor in taken { Descriptor.close(descriptor) }
                    #expect(try await waiting.read() == Array("2".utf8))
                    let after = try await Connection.connect(to: listener.address, on: group.loops[1])
                    try await after.write("3")
                    #expect(try await after.read() == Array("3".utf8))
                    for connection in [before, waiting, after] { await connection.close() }
                    await listener.close()
                }
            }
        }

        @Test("Whatever needs a descriptor says that there is none, and loses none of those it had")
        func errors() async {
            await #expect(processExitsWith: .success) {
                Self.limitDescriptors(to: 100)
                try await withLoop { loop in
                    let listener = try await Listener.bind(port: 0, on: loop)
                    try await Self.warmUp()
                    let descriptors = ProcessResources.descriptors
                    // With few left, what needs several gets as far as it can.
                    for left in 0..<4 {
                        var taken = Self.takeAll()
                        for _ in 0..<left { Descriptor.close(taken.removeLast()) }
                        if left == 0 {
                            await Self.expectShortage {
                                _ = try await Connection.connect(to: listener.address, on: loop)
                            }
                            await Self.expectShortage { _ = try await Listener.bind(port: 0, on: loop) }
                            await Self.expectShortage {
                                _ = try await Datagram.bind(.ip(.v4(.loopback), port: 0), on: loop)
                            }
                        }
                        if left < 2 { Self.expectShortage { _ = try EventLoop(poller: .underTest) } }
                        Self.expectShortage { _ = try LoopGroup(count: 3, poller: .underTest) }
                        for descriptor in taken { Descriptor.close(descriptor) }
                        // Swift may close one of its own meanwhile.
                        try await eventually { ProcessResources.descriptors <= descriptors }
                    }
                    await listener.close()
                }
            }
        }

        private static func expectShortage(_ body: () throws -> Void) {
            let error = #expect(throws: SystemError.self) { try body() }
            #expect(error?.code == EMFILE)
        }

        private static func expectShortage(_ body: () async throws -> Void) async {
            let error = await #expect(throws: SystemError.self) { try await body() }
            #expect(error?.code == EMFILE)
        }
    }
#endif
