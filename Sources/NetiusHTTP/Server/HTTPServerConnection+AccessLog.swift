internal import Netius

extension HTTPServerConnection {
    /// Adds the request that has ended to the access log, if there is one.
    @inline(__always)
    func recordAccess() {
        if let recorder = worker.accessRecorder { record(with: recorder) }
    }

    @inline(never)
    private func record(with recorder: HTTPAccessRecorder) {
        guard exchange.isUnrecorded else { return }
        exchange.isUnrecorded = false
        var record = HTTPAccessRecord(
            peer: peerAddress.ipAddress, status: exchange.statusCode, contentSent: exchange.contentSent,
            ended: transport.loop.now)
        // Before its first line a head still has what the last one had.
        if exchange.isBetweenRequests {
            record.refusedLine = unreadLine()
        } else {
            record.head = exchange.head
            record.began = exchange.began
        }
        recorder.record(record)
    }

    /// The first of the lines that are unread, as far as an access log may be interested in it.
    private func unreadLine() -> [UInt8] {
        transport.withUnread { bytes in
            var count = 0
            while count < min(bytes.count, 8192), bytes[count] != UInt8(ascii: "\r"), bytes[count] != UInt8(ascii: "\n")
            {
                count += 1
            }
            return [UInt8](bytes.extracting(first: count))
        }
    }
}
