/// Why an address cannot be given to the system.
public enum SocketAddressError: Error, Hashable, CustomStringConvertible {
    /// The path of a Unix domain socket has more than `limit` bytes, which is all the system has room for.
    case pathTooLong(limit: Int)
    /// The path of a Unix domain socket holds a zero byte, where the system would end it.
    case pathContainsZero
    /// The path of a Unix domain socket is empty: that is a peer without an address.
    case pathEmpty
    /// The path begins with `@`, and the system has no abstract namespace.
    case abstractPathUnsupported

    /// The reason, in words.
    public var description: String {
        switch self {
        case .pathTooLong(let limit): "the path of the Unix domain socket has more than \(limit) bytes"
        case .pathContainsZero: "the path of the Unix domain socket holds a zero byte"
        case .pathEmpty: "the path of the Unix domain socket is empty"
        case .abstractPathUnsupported: "this system has no abstract Unix domain sockets"
        }
    }
}
