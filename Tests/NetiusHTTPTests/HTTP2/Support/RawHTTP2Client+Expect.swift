import Foundation
import Netius
import Testing

extension RawHTTP2Client {
    /// Expects GOAWAY with the code and then the end of the connection.
    func expectConnectionError(
        _ code: RawErrorCode, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await readToEnd()
        let codes = goAways.map(\.code)
        #expect(codes.last == code.rawValue, "GOAWAY with \(codes)", sourceLocation: sourceLocation)
        #expect(streams.values.allSatisfy { $0.reset == nil }, "RST_STREAM too", sourceLocation: sourceLocation)
    }

    /// Expects RST_STREAM with the code, and that the connection goes on.
    func expectStreamError(
        on stream: UInt32, _ code: RawErrorCode, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await receive("RST_STREAM") { streams[stream]?.reset != nil || !goAways.isEmpty }
        #expect(streams[stream]?.reset == code.rawValue, sourceLocation: sourceLocation)
        try await expectLife(sourceLocation: sourceLocation)
    }

    /// Expects that the connection goes on: PING is answered, and so is a request.
    func expectLife(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await roundTrip()
        let response = try await respond("/")
        #expect(response.status == 200, sourceLocation: sourceLocation)
        #expect(goAways.isEmpty, sourceLocation: sourceLocation)
    }

    /// Expects the response of a stream.
    func expectResponse(
        _ status: Int = 200, _ text: String? = nil, on stream: UInt32,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let response = try await response(on: stream)
        #expect(response.status == status, sourceLocation: sourceLocation)
        if let text { #expect(response.text == text, sourceLocation: sourceLocation) }
    }

    /// Reads until the server has closed the connection, in order or not.
    func readToEnd() async throws {
        do {
            while try await next() != nil {}
        } catch let error as SystemError where error.code == ECONNRESET || error.code == EPIPE {}
    }
}
