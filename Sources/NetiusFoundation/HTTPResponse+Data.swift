public import FoundationEssentials
public import NetiusHTTP

extension HTTPResponse.Body {
    /// Bytes, which are copied once.
    public static func data(_ data: Data) -> HTTPResponse.Body {
        .bytes(Array(data))
    }
}
