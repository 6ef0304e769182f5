internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// Who is told of which signals, and the thread that tells them.
enum SignalObservers {
    private struct Observer {
        var signals: Set<Signal>
        var handler: @Sendable (Signal) -> Void
    }

    private struct State {
        var next = 0
        var observers: [Int: Observer] = [:]
        var pipe: [CInt] = []
    }

    private static let state = Guarded(State())

    /// Catches the signals; where `endsAtSecond`, the second of them ends the process.
    static func add(
        _ signals: [Signal], endsAtSecond: Bool, _ handler: @escaping @Sendable (Signal) -> Void
    ) throws -> Int {
        try state.withLock { state in
            if state.pipe.isEmpty { state.pipe = try startThread() }
            let numbers = signals.map(\.rawValue)
            let caught =
                endsAtSecond
                ? unsafe netius_catch_signals(numbers, CInt(numbers.count), state.pipe[1])
                : unsafe netius_watch_signals(numbers, CInt(numbers.count), state.pipe[1])
            guard caught == 0 else { throw SystemError(operation: "sigaction") }
            state.next += 1
            state.observers[state.next] = Observer(signals: Set(signals), handler: handler)
            return state.next
        }
    }

    static func remove(_ number: Int) {
        state.withLock { state in
            guard let removed = state.observers.removeValue(forKey: number) else { return }
            let wanted = state.observers.values.reduce(into: Set<Signal>()) { $0.formUnion($1.signals) }
            let numbers = removed.signals.subtracting(wanted).map(\.rawValue)
            unsafe netius_release_signals(numbers, CInt(numbers.count))
        }
    }

    /// The thread that hands signals on. It lives as long as the process, asleep in a read.
    private static func startThread() throws -> [CInt] {
        var pipe: [CInt] = [-1, -1]
        guard unsafe netius_pipe_open(&pipe) == 0 else { throw SystemError(operation: "pipe") }
        // A signal handler must not wait: what finds the pipe full is a signal that will be told anyhow.
        try Descriptor.prepare(pipe[1])
        let descriptor = pipe[0]
        try Thread.start(name: "netius-signals") {
            var byte: UInt8 = 0
            while retryingOnInterrupt({ unsafe read(descriptor, &byte, 1) }) == 1 {
                let signal = Signal(rawValue: Int32(byte))
                let handlers = state.withLock { state in
                    state.observers.values.filter { $0.signals.contains(signal) }.map(\.handler)
                }
                for handler in handlers { handler(signal) }
            }
        }
        return pipe
    }
}
