internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A signal of the operating system that a service reacts to.
public struct Signal: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
    /// The system's number.
    public let rawValue: Int32

    /// The signal of that number.
    public init(rawValue: Int32) {
        self.rawValue = rawValue
    }

    /// `SIGINT`: Control-C.
    public static let interrupt = Signal(rawValue: SIGINT)
    /// `SIGTERM`: what `kill`, systemd and container hosts send.
    public static let terminate = Signal(rawValue: SIGTERM)

    /// `SIGINT`, `SIGTERM` or the number.
    public var description: String {
        switch self {
        case .interrupt: "SIGINT"
        case .terminate: "SIGTERM"
        default: "signal \(rawValue)"
        }
    }
}

/// The signals that ask a service to end.
///
/// The first one is told to everybody who observes; a second one ends the process at once, as the signal does by
/// default, so that a person who is tired of waiting for a graceful end need not look for another terminal.
public enum ShutdownSignals {
    private struct Observers {
        var next = 0
        var handlers: [Int: @Sendable (Signal) -> Void] = [:]
        var caught: Set<Signal> = []
        var pipe: [CInt] = []
    }

    private static let observers = Guarded(Observers())

    /// Calls `handler`, on a thread of its own, when one of the signals arrives, until `stopObserving` is called.
    ///
    /// - Throws: `SystemError` when a signal cannot be caught.
    package static func observe(_ signals: [Signal], _ handler: @escaping @Sendable (Signal) -> Void) throws -> Int {
        try observers.withLock { observers in
            if observers.pipe.isEmpty { observers.pipe = try startThread() }
            var numbers = signals.map(\.rawValue)
            guard unsafe netius_catch_signals(&numbers, CInt(numbers.count), observers.pipe[1]) == 0 else {
                throw SystemError(operation: "sigaction")
            }
            observers.caught.formUnion(signals)
            observers.next += 1
            observers.handlers[observers.next] = handler
            return observers.next
        }
    }

    /// Ends an observation; when it was the last one, the signals do again what they do by default.
    package static func stopObserving(_ number: Int) {
        observers.withLock { observers in
            observers.handlers[number] = nil
            guard observers.handlers.isEmpty else { return }
            var numbers = observers.caught.map(\.rawValue)
            unsafe netius_release_signals(&numbers, CInt(numbers.count))
            observers.caught = []
        }
    }

    /// The thread that hands signals on. It lives as long as the process, asleep in a read.
    private static func startThread() throws -> [CInt] {
        var pipe: [CInt] = [-1, -1]
        guard unsafe netius_pipe_open(&pipe) == 0 else { throw SystemError(operation: "pipe") }
        let descriptor = pipe[0]
        try Thread.start(name: "netius-signals") {
            var byte: UInt8 = 0
            while retryingOnInterrupt({ unsafe read(descriptor, &byte, 1) }) == 1 {
                let signal = Signal(rawValue: Int32(byte))
                let handlers = observers.withLock { Array($0.handlers.values) }
                for handler in handlers { handler(signal) }
            }
        }
        return pipe
    }
}
