import Netius
import TestSupport

extension RawHTTP2Client {
    /// Sends the preface and settings, and waits for the server's and its acknowledgement.
    ///
    /// - opensWindows: Whether the server may send as much as it wants.
    func start(_ settings: [(UInt16, UInt32)] = [], opensWindows: Bool = true) async throws {
        var settings = settings
        if opensWindows { settings.append((RawFrame.Setting.initialWindowSize, UInt32(Self.largestWindow))) }
        try await send(octets: Self.preface)
        try await send(.settings(settings))
        if opensWindows { try await send(.windowUpdate(0, UInt32(Self.largestWindow - 65_535))) }
        try await receive("SETTINGS and their acknowledgement") {
            !self.settings.isEmpty && self.acknowledgedSettings > 0
        }
    }

    /// Reads frames until the condition holds.
    func receive(_ what: String, until condition: () throws -> Bool) async throws {
        while try !condition() {
            guard try await next() != nil else { throw TestFailure("the connection ended before \(what) came") }
        }
    }

    /// The header block of a request.
    func block(_ method: String = "GET", _ path: String = "/", _ fields: [(String, String)] = []) -> [UInt8] {
        RawHPACK.request(method, path, scheme: scheme, fields)
    }

    /// Begins a request whose content follows, unless it ends the stream; its stream.
    func open(
        _ method: String = "POST", _ path: String = "/", _ fields: [(String, String)] = [], ends: Bool = false
    ) async throws -> UInt32 {
        let stream = newStream()
        try await send(.headers(stream, block(method, path, fields), ends: ends))
        return stream
    }

    /// Sends a request of no content; its stream.
    func get(_ path: String = "/", _ fields: [(String, String)] = []) async throws -> UInt32 {
        try await open("GET", path, fields, ends: true)
    }

    /// Sends content within the server's windows, waiting for them.
    func upload(_ bytes: [UInt8], on stream: UInt32, ends: Bool = true) async throws {
        var rest = bytes[...]
        repeat {
            try await receive("a window") { rest.isEmpty || windows.sendable(on: stream) > 0 }
            let size = min(rest.count, 16_384, windows.sendable(on: stream))
            let piece = rest.prefix(size)
            rest = rest.dropFirst(size)
            try await send(.data(stream, bytes: Array(piece), ends: ends && rest.isEmpty))
        } while !rest.isEmpty
    }

    /// The whole response on a stream.
    func response(on stream: UInt32) async throws -> RawHTTP2Stream {
        try await receive("the response on stream \(stream)") {
            if let code = streams[stream]?.reset, streams[stream]?.isEnded != true {
                throw TestFailure("stream \(stream) was reset with code \(code)")
            }
            return streams[stream]?.isEnded == true
        }
        return streams[stream] ?? RawHTTP2Stream()
    }

    /// Sends a request of no content and waits for its response.
    func respond(_ path: String = "/", _ fields: [(String, String)] = []) async throws -> RawHTTP2Stream {
        try await response(on: try await get(path, fields))
    }

    /// Waits until the server has taken all that was sent before.
    func roundTrip() async throws {
        let data = UInt64.random(in: 0 ... .max)
        try await send(.ping(data))
        try await receive("the acknowledgement of a PING") { pongs.last == data }
    }

    /// The same, or the end of the connection, whichever comes first.
    func roundTripOrEnd() async throws {
        let data = UInt64.random(in: 0 ... .max)
        do {
            try await send(.ping(data))
            while pongs.last != data, try await next() != nil {}
        } catch is SystemError {}
    }
}
