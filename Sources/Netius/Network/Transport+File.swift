internal import CNetius

#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

extension Transport {
    /// What one call sends of a file. Several such calls make a turn (see `Pollable.mayCall`).
    private static let window = 512 * 1024

    /// Appends part of a file to the output if it is in memory; if not, or if the file is shorter, nothing.
    package func append(_ file: File, range: Range<Int>) -> Bool {
        unsafe output.append(count: range.count) {
            unsafe file.readAtOnce(at: range.lowerBound, into: $0) == range.count
        }
    }

    /// Sends everything that was appended and then part of a file, from the system's memory to the socket.
    ///
    /// The loop does not wait for a disk: what is not in memory is read by a thread of the shared `BlockingPool` first.
    ///
    /// - Parameters:
    ///   - file: The file.
    ///   - range: The part of it.
    ///   - sent: Grows by the bytes of it that the system has taken.
    ///   - stall: How long the peer may take none.
    /// - Throws: As `flush(stall:)`; `FileError.truncated` when the file ends before the range does; `SystemError` when
    ///   it cannot be read.
    nonisolated(nonsending) package func flush(
        then file: File, range: Range<Int>, sent: inout Int, stall: Duration
    ) async throws {
        // Its number may be another's by now.
        guard !pollable.isClosed else { throw ConnectionError.closed }
        if let tls, !tls.isSentByKernel {
            return try await flushProtected(then: file, range: range, sent: &sent, stall: stall)
        }
        // Packets that are full, wherever one call ends and the next begins: a third less CPU for a GiB.
        Socket.setCork(pollable.descriptor, true)
        defer { if !pollable.isClosed { Socket.setCork(pollable.descriptor, false) } }
        try await flush(stall: stall)
        var position = range.lowerBound
        while position < range.upperBound {
            let end = position + min(Self.window, range.upperBound - position)
            let part = position..<end
            if !isInMemory(file, part) {
                // The bytes are not kept: they are in the system's memory then.
                _ = try await BlockingPool.shared.run { try file.read(at: part.lowerBound, upTo: part.count) }
            }
            while position < end {
                switch try send(file, position..<end) {
                case 0: throw FileError.truncated
                case nil: try await waitUntilWritable(stall: stall)
                case let count?:
                    position += count
                    sent += count
                }
            }
        }
    }

    /// The same where the bytes are to be encrypted on their way.
    nonisolated(nonsending) private func flushProtected(
        then file: File, range: Range<Int>, sent: inout Int, stall: Duration
    ) async throws {
        var position = range.lowerBound
        while position < range.upperBound {
            let part = position..<position + min(64 * 1024, range.upperBound - position)
            if append(file, range: part) {
                try await flush(stall: stall)
            } else {
                let bytes = try await BlockingPool.shared.run { try file.read(at: part.lowerBound, upTo: part.count) }
                guard bytes.count == part.count else { throw FileError.truncated }
                var bytesSent = 0
                try await flush(then: bytes[...], bodySent: &bytesSent, stall: stall)
            }
            position = part.upperBound
            sent += part.count
        }
    }

    /// Whether the ends of the part are in memory: what lies between was most likely read with them.
    private func isInMemory(_ file: File, _ range: Range<Int>) -> Bool {
        var byte: UInt8 = 0
        return unsafe withUnsafeMutableBytes(of: &byte) { byte in
            unsafe file.readAtOnce(at: range.upperBound - 1, into: byte) != nil
                && file.readAtOnce(at: range.lowerBound, into: byte) != nil
        }
    }

    /// Sends once; nil when the socket has no room.
    private func send(_ file: File, _ range: Range<Int>) throws -> Int? {
        guard !pollable.isClosed else { throw ConnectionError.closed }
        guard pollable.isWritable, pollable.mayCall(reading: false, weight: 8) else { return nil }
        let count = retryingOnInterrupt {
            netius_send_file(pollable.descriptor, file.descriptor, Int64(range.lowerBound), UInt(range.count))
        }
        if count >= 0 { return count }
        guard errno == EAGAIN || errno == EWOULDBLOCK else { throw SystemError(operation: "sendfile") }
        pollable.isWritable = false
        return nil
    }
}
