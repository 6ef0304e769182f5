internal import Netius

extension HTTPServerConnection {
    /// Gives the connection away, for another protocol or as a tunnel.
    func handOver(
        _ response: HTTPResponse, to run: nonisolated(nonsending) @Sendable (Connection) async throws -> Void
    ) async throws {
        guard mayHandOver(response) else { throw HTTPServerError.invalidResponse }
        _ = try appendHead(response, contentLength: nil, handsOver: true)
        exchange.response = .complete
        try await transmit()
        exchange.closesAfterResponse = true
        unsafe transport.pollable.observer = nil
        let connection = Connection(transport)
        do {
            try await run(connection)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    /// Whether the client has asked for what is to follow (RFC 9110 sections 7.8 and 9.3.6).
    private func mayHandOver(_ response: HTTPResponse) -> Bool {
        guard response.status == .switchingProtocols else {
            return method == .connect && response.status.kind == .successful
        }
        guard version >= .http11, exchange.decoder.wantsUpgrade, exchange.hasReadBody,
            let name = response.headerFields[.upgrade],
            let offered = exchange.head.fields[.upgrade]
        else { return false }
        return offered.split { ", \t".contains($0) }.contains { $0.lowercased() == name.lowercased() }
    }
}
