import Foundation
import Netius

/// A client that sends what it is told and reads what comes.
class RawClient: @unchecked Sendable {
    // @unchecked: used by one task at a time.
    let connection: Connection
    /// What has been received and not been read as part of a response.
    private(set) var received: ArraySlice<UInt8> = []
    /// Whether anything has come that was not read as part of a response.
    var hasMore: Bool { !received.isEmpty }

    init(_ connection: Connection) {
        self.connection = connection
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    func send(_ bytes: [UInt8]) async throws {
        try await connection.write(bytes)
    }

    /// Sends the bytes in pieces of these sizes, one after the other; what is left over last.
    func send(_ bytes: [UInt8], pieces: [Int]) async throws {
        var rest = bytes[...]
        for size in pieces where !rest.isEmpty {
            try await send(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            await Task.yield()
        }
        if !rest.isEmpty { try await send(Array(rest)) }
    }

    /// The next response.
    func response(to method: String = "GET") async throws -> RawResponse {
        var isEnd = false
        while true {
            if let (response, next) = try RawResponse.parse(received, to: method, isEnd: isEnd) {
                received = received[next...]
                return response
            }
            isEnd = try await !receiveMore()
        }
    }

    /// Reads once; false at the end.
    func receiveMore() async throws -> Bool {
        guard let bytes = try await connection.read() else { return false }
        // An array anew: slices that grow keep what was before them.
        received = (Array(received) + bytes)[...]
        return true
    }

    /// What has come of the next response, be it whole or not; nil if nothing has.
    var partialResponse: RawResponse? {
        get throws {
            do {
                return try RawResponse.parse(received, to: "GET", isEnd: true)?.0
            } catch RawError.truncated(let response) {
                return response
            } catch RawError.closed {
                return nil
            }
        }
    }

    /// Whether the next response is cut off, in order or not: what came of it, else nil.
    func truncatedResponse() async throws -> RawResponse? {
        var isReset = false
        do {
            while try await receiveMore() {}
        } catch let error as SystemError where error.code == ECONNRESET {
            isReset = true
        } catch TLSError.truncated {
            isReset = true
        }
        do {
            _ = try RawResponse.parse(received, to: "GET", isEnd: true)
            return nil
        } catch RawError.truncated(let response) {
            return response
        } catch RawError.closed where isReset {
            // A reset takes with it what was not read.
            return RawResponse()
        }
    }

    func responses(_ count: Int) async throws -> [RawResponse] {
        var responses: [RawResponse] = []
        for _ in 0..<count { responses.append(try await response()) }
        return responses
    }

    /// Everything until the server closes.
    func rest() async throws -> [UInt8] {
        var all = Array(received)
        received = []
        while let bytes = try await connection.read() { all += bytes }
        return all
    }

    /// Whether the server closes, in order, without sending anything more.
    func isClosedByServer() async throws -> Bool { try await rest().isEmpty }

    func finishWriting() async { await connection.finishWriting() }
    func close() async { await connection.close() }
    func reset() async { await connection.abort() }
    /// Gives up the last request, by what the protocol has for it.
    func cancelRequest() async { await reset() }
}

extension RawClient {
    /// The response to a request that says that it is the last: it may be large.
    func lastResponse() async throws -> RawResponse {
        if let client = self as? HTTP2TextClient { return try await client.response() }
        let all = try await rest()
        let parsed = try RawResponse.parse(all[...], to: "GET", isEnd: true)
        guard let response = parsed?.0 else { throw RawError.closed }
        return response
    }

    /// Reads until the content that has come of the next response is as it should be.
    func receiveContent(until isEnough: (String) -> Bool) async throws {
        while try !isEnough(partialResponse?.text ?? "") {
            guard try await receiveMore() else { throw RawError.closed }
        }
    }

    /// Reads until the content that has come of the next response ends with the text.
    func receiveContent(endingWith text: String) async throws {
        try await receiveContent { $0.hasSuffix(text) }
    }

    /// Reads until what has been received ends with the text.
    func receive(until text: String) async throws {
        while !received.reversed().starts(with: text.utf8.reversed()) {
            guard try await receiveMore() else { throw RawError.closed }
        }
    }

    /// Reads until the text has come, and forgets it and what was before it.
    func receive(past text: String) async throws {
        while true {
            if let start = received.indices.first(where: { received[$0...].starts(with: text.utf8) }) {
                received = received[(start + text.utf8.count)...]
                return
            }
            guard try await receiveMore() else { throw RawError.closed }
        }
    }
}
