public import NetiusHTTP

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension HTTPRequest {
    /// The target URI (RFC 9110 §7.1), such as `https://example.com/notes?page=2`; nil for `*`, for CONNECT, and where
    /// what the client sent is no URI.
    ///
    /// Scheme and authority are what the client says, or a proxy in its place: not to be trusted in links.
    public var url: URL? {
        guard let scheme, let authority, let path, path.utf8.first == UInt8(ascii: "/") else { return nil }
        return URL(string: "\(scheme)://\(authority)\(path)", encodingInvalidCharacters: false)
    }
}
