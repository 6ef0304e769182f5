internal import Netius

extension SMTPClientConnection {
    /// The octets of content that are prepared at a time.
    private static let pieceSize = 32 * 1024

    /// Sends the content to its end.
    ///
    /// - Parameters:
    ///   - content: The content.
    ///   - inChunks: Whether by BDAT, octet for octet, instead of by DATA.
    /// - Throws: `SMTPClientError`; `CancellationError`.
    func send(_ content: SMTPContent, inChunks: Bool) async throws {
        var encoder = inChunks ? nil : SMTPContentEncoder(lineEnds: configuration.lineEnds)
        if inChunks {
            transport.output.append("BDAT ")
            transport.output.append(decimal: content.count)
            transport.output.append(" LAST\r\n")
            transcript?.append(.sent, "BDAT \(content.count) LAST")
        }
        switch content {
        case .bytes(let bytes): try await send(bytes, &encoder)
        case .file(let file, let start, let count, let after):
            try await send(after, &encoder)
            try await send(file, from: max(start, 0), count: max(count, 0), &encoder)
        }
        do throws(SMTPLineEndError) {
            try encoder?.finish(transport.output)
        } catch {
            throw invalid(error)
        }
        try await flush()
    }

    private func send(_ bytes: [UInt8], _ encoder: inout SMTPContentEncoder?) async throws {
        var position = 0
        while position < bytes.count {
            let end = min(position + Self.pieceSize, bytes.count)
            try append(bytes.span.extracting(position..<end), &encoder)
            position = end
            // The last piece goes with what follows it.
            if position < bytes.count { try await flush() }
        }
        if transport.unsentCount > Self.pieceSize { try await flush() }
    }

    private func send(
        _ file: File, from start: Int, count: Int, _ encoder: inout SMTPContentEncoder?
    ) async throws {
        var position = start
        var left = count
        while left > 0 {
            let wanted = min(left, Self.pieceSize)
            let bytes = try await read(file, at: position, count: wanted)
            try append(bytes.span, &encoder)
            position += wanted
            left -= wanted
            if left > 0 { try await flush() }
        }
    }

    private func read(_ file: File, at position: Int, count: Int) async throws -> [UInt8] {
        if let bytes = file.readAtOnce(at: position, upTo: count), bytes.count == count { return bytes }
        // The loop is others' meanwhile.
        try await flush()
        do {
            let bytes = try await BlockingPool.shared.run { try file.read(at: position, upTo: count) }
            guard bytes.count == count else { throw FileError.truncated }
            return bytes
        } catch {
            try Task.checkCancellation()
            throw SMTPClientError(
                .contentFailed, host: host, reason: "the message could not be read", underlying: error)
        }
    }

    private func append(_ piece: Span<UInt8>, _ encoder: inout SMTPContentEncoder?) throws {
        guard encoder != nil else {
            transport.output.append(piece)
            return
        }
        do throws(SMTPLineEndError) {
            try encoder?.append(piece, to: transport.output)
        } catch {
            throw invalid(error)
        }
    }

    /// Part of the content may have been sent: only closing the connection keeps the server from taking it for whole.
    private func invalid(_ error: SMTPLineEndError) -> SMTPClientError {
        close()
        return SMTPClientError(
            .invalidMessage, host: host, reason: "the message cannot be sent", underlying: error,
            status: SMTPEnhancedStatus(checked: 5, 6, 0))
    }
}
