#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The listening sockets that a supervisor, such as systemd, has opened for this process.
public enum InheritedDescriptors {
    /// The descriptors that `LISTEN_FDS` counts, from 3 on; none when `LISTEN_PID` names another process.
    ///
    /// - Throws: `ConfigurationError` for a count that is not a number.
    public static func listening(_ environment: Environment = .process) throws(ConfigurationError) -> [Int32] {
        guard let process = try environment.integer("LISTEN_PID", in: 1...Int(Int32.max)), process == Int(getpid()),
            let count = try environment.integer("LISTEN_FDS", in: 0...1024)
        else { return [] }
        return (0..<Int32(count)).map { 3 + $0 }
    }
}
