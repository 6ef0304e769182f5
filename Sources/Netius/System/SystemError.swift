#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// A call to the system that failed: which one, on what, and why.
public struct SystemError: Error, Hashable, CustomStringConvertible {
    /// What was attempted, such as `bind 127.0.0.1:80`.
    public let operation: String
    /// The system's `errno`.
    public let code: Int32

    /// An error of a known code.
    public init(operation: String, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The error that the calling thread's `errno` holds now.
    package init(operation: String) {
        self.init(operation: operation, code: errno)
    }

    /// The system's words for the code.
    public var reason: String {
        // The text of a known code is static; of an unknown one the thread's own.
        unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
    }

    /// `bind 127.0.0.1:80: Permission denied`.
    public var description: String { "\(operation): \(reason)" }
}
