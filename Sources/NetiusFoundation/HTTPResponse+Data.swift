public import NetiusHTTP

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

extension HTTPResponse.Body {
    /// Bytes, which are copied once.
    public static func data(_ data: Data) -> HTTPResponse.Body {
        .bytes(Array(data))
    }
}

extension HTTPRequestBody {
    /// All of the content as `Data`.
    ///
    /// - Parameter limit: The most bytes there may be.
    /// - Returns: The content, empty if there is none.
    /// - Throws: As `collect(upTo:)`.
    public func data(upTo limit: Int) async throws -> Data {
        Data(try await collect(upTo: limit))
    }
}
