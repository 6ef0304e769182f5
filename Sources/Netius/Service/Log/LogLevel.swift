/// How much a log record matters, from the least to the most.
public enum LogLevel: Int, Sendable, Comparable, CaseIterable {
    /// Every step: only for following one problem.
    case trace
    /// What a developer of the program wants to see.
    case debug
    /// What normally happens: the default threshold.
    case info
    /// Normal, but worth a look.
    case notice
    /// Something is wrong, and was dealt with.
    case warning
    /// An operation failed.
    case error
    /// The service as a whole is failing.
    case critical

    /// Reads a level's name, in either case; Python's names are understood too (`WARN`, `FATAL`, `NOTSET`).
    ///
    /// Nothing else is: surrounding space, numbers and abbreviations give nil.
    public init?(_ name: String) {
        switch name.lowercased() {
        case "trace", "notset": self = .trace
        case "debug": self = .debug
        case "info": self = .info
        case "notice": self = .notice
        case "warning", "warn": self = .warning
        case "error": self = .error
        case "critical", "fatal": self = .critical
        default: return nil
        }
    }

    /// Whether the left level matters less than the right one.
    public static func < (left: LogLevel, right: LogLevel) -> Bool { left.rawValue < right.rawValue }
}

extension LogLevel: CustomStringConvertible {
    /// The name in lower case, as in `warning`.
    public var description: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        case .critical: "critical"
        }
    }

    /// The name in upper case, as in `WARNING`.
    var label: String {
        switch self {
        case .trace: "TRACE"
        case .debug: "DEBUG"
        case .info: "INFO"
        case .notice: "NOTICE"
        case .warning: "WARNING"
        case .error: "ERROR"
        case .critical: "CRITICAL"
        }
    }
}
