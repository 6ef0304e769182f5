internal import Netius

/// What the content of a response is read from.
enum HTTPClientContentSource: Sendable {
    /// A connection, while it is at the request of the given number.
    case http1(HTTPClientConnection, number: UInt32)
    /// A stream on a shared connection.
    case http2(HTTP2ClientStream)

    /// Whether all of the content has been read.
    var isComplete: Bool {
        switch self {
        case .http1(let connection, _): connection.decoder.isBodyComplete
        case .http2(let stream): stream.isComplete
        }
    }

    var trailers: HTTPFields? {
        switch self {
        case .http1(let connection, _): connection.decoder.trailers
        case .http2(let stream): stream.trailers
        }
    }

    /// The next bytes; nil at the end.
    nonisolated(nonsending) func read(until deadline: MonotonicTime, _ url: HTTPURL) async throws -> [UInt8]? {
        switch self {
        case .http1(let connection, _): try await connection.readBody(until: deadline, url)
        case .http2(let stream): try await stream.readBody()
        }
    }

    /// The next bytes if they have arrived; nil for none now, and at the end.
    func readArrived(_ url: HTTPURL) throws -> [UInt8]? {
        switch self {
        case .http1(let connection, _): try connection.readArrived(url)
        case .http2(let stream): try stream.readArrived()
        }
    }

    /// Ends the wait of a read.
    func cancelWait() {
        switch self {
        case .http1(let connection, _): connection.transport.pollable.cancelReader()
        case .http2(let stream): stream.cancelWait()
        }
    }

    /// All of the content has been read.
    func finish() {
        switch self {
        case .http1(let connection, _): connection.finish()
        case .http2(let stream): stream.end()
        }
    }

    /// The rest will not be read.
    func breakOff() {
        switch self {
        case .http1(let connection, _): connection.close()
        case .http2(let stream): stream.end()
        }
    }
}
