/// The version of HTTP that a message was sent with (RFC 9110 §2.5).
public struct HTTPVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The major version.
    public let major: UInt8
    /// The minor version.
    public let minor: UInt8

    /// HTTP/1.0.
    public static var http10: Self { Self(major: 1, minor: 0) }
    /// HTTP/1.1.
    public static var http11: Self { Self(major: 1, minor: 1) }

    /// HTTP/2.
    public static var http2: Self { Self(major: 2, minor: 0) }

    /// Whether the left version is the older one.
    public static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }

    /// Such as `HTTP/1.1`, or `HTTP/2`, which has no minor versions.
    public var description: String { major < 2 ? "HTTP/\(major).\(minor)" : "HTTP/\(major)" }
}
