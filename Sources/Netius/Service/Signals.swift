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
    /// `SIGHUP`: what asks a service to open its files anew; also that its terminal was closed.
    public static let hangup = Signal(rawValue: SIGHUP)

    /// `SIGINT`, `SIGTERM`, `SIGHUP` or the number.
    public var description: String {
        switch self {
        case .interrupt: "SIGINT"
        case .terminate: "SIGTERM"
        case .hangup: "SIGHUP"
        default: "signal \(rawValue)"
        }
    }
}

/// The signals that ask a service to end.
///
/// The first one is told to everybody who observes; a second one ends the process at once, as the signal does by
/// default, so that a person who is tired of waiting for a graceful end need not look for another terminal.
public enum ShutdownSignals {
    /// Calls `handler`, on a thread of its own, when one of the signals arrives, until `stopObserving` is called.
    ///
    /// - Throws: `SystemError` when a signal cannot be caught.
    package static func observe(_ signals: [Signal], _ handler: @escaping @Sendable (Signal) -> Void) throws -> Int {
        try SignalObservers.add(signals, endsAtSecond: true, handler)
    }

    /// Ends an observation; a signal that nobody observes any more does again what it does by default.
    package static func stopObserving(_ number: Int) {
        SignalObservers.remove(number)
    }
}

/// The signals that ask a service to begin anew with its files, as often as they come. They are not to be among those
/// that ask it to end.
public enum ReloadSignals {
    /// Calls `handler`, on a thread of its own, whenever one of the signals arrives, until `stopObserving` is called.
    /// Signals that come in quick succession may be told once.
    ///
    /// - Throws: `SystemError` when a signal cannot be caught.
    package static func observe(_ signals: [Signal], _ handler: @escaping @Sendable (Signal) -> Void) throws -> Int {
        try SignalObservers.add(signals, endsAtSecond: false, handler)
    }

    /// Ends an observation; a signal that nobody observes any more does again what it does by default.
    package static func stopObserving(_ number: Int) {
        SignalObservers.remove(number)
    }
}
