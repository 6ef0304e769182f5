/// Why a stream or a connection of HTTP/2 ends: what RST_STREAM and GOAWAY carry (RFC 9113 §7).
public struct HTTP2ErrorCode: RawRepresentable, Hashable, Sendable {
    /// The code as it is sent.
    public let rawValue: UInt32

    /// Makes a code; one that is unknown has the meaning of ``internalError``.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Nothing is wrong: a graceful end.
    public static var noError: Self { Self(rawValue: 0x00) }
    /// The peer broke the protocol, in a way that no other code names.
    public static var protocolError: Self { Self(rawValue: 0x01) }
    /// The fault is the sender's own.
    public static var internalError: Self { Self(rawValue: 0x02) }
    /// The peer sent more than the window allowed, or made a window too large.
    public static var flowControlError: Self { Self(rawValue: 0x03) }
    /// The peer did not acknowledge settings in time.
    public static var settingsTimeout: Self { Self(rawValue: 0x04) }
    /// A frame came for a stream whose sender had ended it.
    public static var streamClosed: Self { Self(rawValue: 0x05) }
    /// A frame had an impossible length.
    public static var frameSizeError: Self { Self(rawValue: 0x06) }
    /// The stream was not processed at all: the request may be sent again (RFC 9113 §8.7).
    public static var refusedStream: Self { Self(rawValue: 0x07) }
    /// The stream is no longer needed.
    public static var cancel: Self { Self(rawValue: 0x08) }
    /// The header compression's state is lost.
    public static var compressionError: Self { Self(rawValue: 0x09) }
    /// The connection that a CONNECT request made was reset or closed abnormally.
    public static var connectError: Self { Self(rawValue: 0x0A) }
    /// The peer causes more work than it should.
    public static var enhanceYourCalm: Self { Self(rawValue: 0x0B) }
    /// The transport's security is not sufficient.
    public static var inadequateSecurity: Self { Self(rawValue: 0x0C) }
    /// HTTP/1.1 is to be used instead.
    public static var http11Required: Self { Self(rawValue: 0x0D) }
}

extension HTTP2ErrorCode: CustomStringConvertible {
    private static var names: [StaticString] {
        [
            "NO_ERROR", "PROTOCOL_ERROR", "INTERNAL_ERROR", "FLOW_CONTROL_ERROR", "SETTINGS_TIMEOUT", "STREAM_CLOSED",
            "FRAME_SIZE_ERROR", "REFUSED_STREAM", "CANCEL", "COMPRESSION_ERROR", "CONNECT_ERROR", "ENHANCE_YOUR_CALM",
            "INADEQUATE_SECURITY", "HTTP_1_1_REQUIRED",
        ]
    }

    /// The RFC's name, such as `PROTOCOL_ERROR`, or of an unknown code the number, such as `0x1f`.
    public var description: String {
        let names = Self.names
        return rawValue < names.count ? "\(names[Int(rawValue)])" : "0x" + String(rawValue, radix: 16)
    }
}
